using System.Text;
using Orchestrator.Benchmarks.Product;

namespace Orchestrator.Benchmarks.Tests.Product;

public sealed class ModelRequestTests
{
    private static readonly DateTimeOffset At = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void OutputsOfInterruptedCalls_AreCounted() =>
        Assert.Equal(
            new ModelRequest("r1", Items: 4, Interrupted: 1, At),
            ModelRequest.Read(
                Encoding.UTF8.GetBytes(
                    """
                    {"prompt_cache_key":"r1","input":[
                      {"role":"user","content":"What was interrupted?"},
                      {"type":"function_call","call_id":"a","name":"bash","arguments":"{}"},
                      {"type":"function_call_output","call_id":"a","output":"interrupted | started once"},
                      {"type":"function_call_output","call_id":"b","output":"exit 0"}]}
                    """),
                At));
}
