using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Orchestrator.DurableTask.Tests.EndToEnd;

public sealed class ClientAndHubTests
{
    [Fact]
    public async Task InstancesOfAPrefix_AreListedPageByPage()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(Echo);
        foreach (int number in Enumerable.Range(0, 5))
        {
            await RunAsync(both, $"a{number}");
        }

        await RunAsync(both, "b0");
        List<string> ids = [];
        OrchestrationQuery query = new(InstanceIdPrefix: "a", PageSize: 2);
        await foreach (OrchestrationMetadata metadata in both.Client.GetAllInstancesAsync(query))
        {
            ids.Add(metadata.InstanceId);
        }

        Assert.Equal(["a0", "a1", "a2", "a3", "a4"], ids.Order());
    }

    [Fact]
    public async Task IdsOfEndedInstances_AreListedPageByPage()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(Echo);
        foreach (int number in Enumerable.Range(0, 3))
        {
            await RunAsync(both, $"a{number}");
        }

        Page<string> first = await both.Client.ListInstanceIdsAsync(pageSize: 2);
        Page<string> second = await both.Client.ListInstanceIdsAsync(pageSize: 2, lastInstanceKey: first.ContinuationToken);

        Assert.Equal(["a0", "a1", "a2"], [.. first.Values, .. second.Values]);
    }

    [Fact]
    public async Task PurgedInstance_IsGone()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(Echo);
        await RunAsync(both, "one");
        await RunAsync(both, "two");

        PurgeResult single = await both.Client.PurgeInstanceAsync("one");
        PurgeResult rest = await both.Client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Completed]));

        Assert.Equal((1, 1), (single.PurgedInstanceCount, rest.PurgedInstanceCount));
        Assert.Null(await both.Client.GetInstanceAsync("one"));
    }

    [Fact]
    public async Task SecondInstanceOfAnId_IsRefusedWhereTheCallerSaysSo()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(Echo);
        await RunAsync(both, "one");

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => both.Client.ScheduleNewOrchestrationInstanceAsync(
            "Echo", "again", new StartOrchestrationOptions("one").WithDedupeStatuses(OrchestrationRuntimeStatus.Completed)));
    }

    [Fact]
    public async Task RestartedInstance_RunsAgainWithItsInput()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(Echo);
        await RunAsync(both, "one");

        string other = await both.Client.RestartAsync("one", restartWithNewInstanceId: true);

        Assert.NotEqual("one", other);
        Assert.Equal("one", (await both.EndAsync(other)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task History_TellsWhatHappened()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(Echo);
        await RunAsync(both, "one");

        IList<global::DurableTask.Core.History.HistoryEvent> history = await both.Client.GetOrchestrationHistoryAsync("one");

        Assert.Equal(
            ["OrchestratorStarted", "ExecutionStarted", "ExecutionCompleted"],
            history.Select(happened => happened.EventType.ToString()));
    }

    [Fact]
    public async Task LabelsAndVersion_StayWithTheInstance()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Version", context => Task.FromResult(context.Version)));
        StartOrchestrationOptions options = new() { Version = "4", Tags = new Dictionary<string, string> { ["team"] = "a" } };

        OrchestrationMetadata end = await both.EndAsync(await both.Client.ScheduleNewOrchestrationInstanceAsync("Version", options));

        Assert.Equal(("4", "a"), (end.ReadOutputAs<string>(), end.Tags["team"]));
    }

    private static void Echo(DurableTaskRegistry tasks) =>
        tasks.AddOrchestratorFunc<string, string>("Echo", (_, text) => Task.FromResult(text));

    private static async Task RunAsync(HubAndWorker both, string id)
    {
        await both.Client.ScheduleNewOrchestrationInstanceAsync("Echo", id, new StartOrchestrationOptions(id));
        await both.EndAsync(id);
    }
}
