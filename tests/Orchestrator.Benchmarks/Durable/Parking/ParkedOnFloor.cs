using Orchestrator.Benchmarks.Durable.Agents;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Durable.Parking;

/// <summary>Parked agents by hand: each an open file and an asynchronous method that waits.</summary>
internal sealed class ParkedOnFloor(int agents, string folder) : ParkedAgents(agents)
{
    private readonly FloorAgent?[] _agents = new FloorAgent?[agents];

    public override IReadOnlyList<int> Processes { get; } = [Environment.ProcessId];

    public override Task ParkAsync(int agent, CancellationToken cancellationToken)
    {
        var file = new StepFile(Path.Combine(folder, $"{agent}.jsonl"));
        var step = new AgentStep(agent, 0, 0);
        file.Append("AskModel", step, StepTexts.Answer(step));
        var decision = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _agents[agent] = new FloorAgent(file, decision, RunAsync(step, file, decision.Task));
        return Task.CompletedTask;
    }

    public override Task DecideAsync(int agent, CancellationToken cancellationToken)
    {
        _agents[agent]!.File.Append("Decision", new AgentStep(agent, 0, 0), "true");
        _agents[agent]!.Decision.SetResult();
        return Task.CompletedTask;
    }

    public override Task WaitForEndAsync(int agent, CancellationToken cancellationToken) => _agents[agent]!.End;

    public override Task CollectAsync(CancellationToken cancellationToken)
    {
        Garbage.Collect();
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task RunAsync(AgentStep step, StepFile file, Task decision)
    {
        await decision;
        Resume(step.Agent);
        file.Append("RunTool", step, "done");
        file.Dispose();
    }

    private sealed record FloorAgent(StepFile File, TaskCompletionSource Decision, Task End);
}
