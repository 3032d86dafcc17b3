using BenchmarkDotNet.Attributes;
using Microsoft.DurableTask.Converters;
using Orchestrator.Benchmarks.Durable.Agents;

namespace Orchestrator.Benchmarks.Functions;

/// <summary>What each payload goes through on its way into history and back.</summary>
public class ConverterBenchmarks
{
    private readonly AgentState _state = new(Agent: 7, Iteration: 20, Iterations: 5000, Generation: 20, ToolBytes: 2048);
    private readonly string _stored = """{"Agent":7,"Iteration":20,"Iterations":5000,"Generation":20,"ToolBytes":2048}""";
    private readonly string _output = StepTexts.Output(new AgentStep(7, 20, ToolBytes: 2048));

    [Benchmark]
    public int WriteState() => JsonDataConverter.Default.Serialize(_state)!.Length;

    [Benchmark]
    public int ReadState() => ((AgentState)JsonDataConverter.Default.Deserialize(_stored, typeof(AgentState))!).Iteration;

    [Benchmark]
    public int WriteTwoKilobytesOfOutput() => JsonDataConverter.Default.Serialize(_output)!.Length;
}
