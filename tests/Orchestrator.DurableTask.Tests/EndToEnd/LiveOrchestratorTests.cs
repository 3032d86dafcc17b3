using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Orchestrator.DurableTask.Tests.EndToEnd;

public sealed class LiveOrchestratorTests
{
    [Fact]
    public async Task TurnsOfOneGeneration_AreNotReplayed()
    {
        int begun = 0;
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int, int>("Count", async (context, last) =>
            {
                Interlocked.Increment(ref begun);
                for (int number = 0; number < last; number++)
                {
                    Assert.Equal(number + 1, await context.CallActivityAsync<int>("Next", number));
                    Assert.False(context.IsReplaying);
                }

                return last;
            })
            .AddActivityFunc<int, int>("Next", (_, number) => number + 1));

        OrchestrationMetadata ended = await RunAsync(both, "one", 50);

        Assert.Equal(50, ended.ReadOutputAs<int>());
        Assert.Equal(1, begun);
    }

    [Fact]
    public async Task MoreInstancesThanAreKept_AllEnd()
    {
        const int Instances = 1100;
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int, string>("Wait", async (context, _) =>
            {
                string first = await context.WaitForExternalEvent<string>("go");
                return first + await context.CallActivityAsync<string>("Echo", first);
            })
            .AddActivityFunc<string, string>("Echo", (_, text) => text));
        string[] ids = [.. Enumerable.Range(0, Instances).Select(number => $"i{number}")];
        await Task.WhenAll(ids.Select(id =>
            both.Client.ScheduleNewOrchestrationInstanceAsync("Wait", 0, new StartOrchestrationOptions(id))));
        await Task.WhenAll(ids.Select(id => both.Client.WaitForInstanceStartAsync(id)));

        await Task.WhenAll(ids.Select(id => both.Client.RaiseEventAsync(id, "go", "x")));
        OrchestrationMetadata[] ended = await Task.WhenAll(
            ids.Select(id => both.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true)))
            .WaitAsync(TimeSpan.FromSeconds(60));

        Assert.All(ended, one => Assert.Equal("xx", one.ReadOutputAs<string>()));
    }

    private static async Task<OrchestrationMetadata> RunAsync(HubAndWorker both, string id, int input)
    {
        await both.Client.ScheduleNewOrchestrationInstanceAsync("Count", input, new StartOrchestrationOptions(id));
        return await both.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WaitAsync(TimeSpan.FromSeconds(60));
    }
}
