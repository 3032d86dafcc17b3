using Google.Protobuf.WellKnownTypes;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>Finding instances, and removing many of them.</summary>
public abstract class ListingTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    [Fact]
    public async Task Query_PagesThroughWhatMatches()
    {
        foreach (int number in Enumerable.Range(0, 5))
        {
            await StartAsync($"in-{number}", $"{number}");
            await StartAsync($"out-{number}");
        }

        var query = new InstanceQuery { InstanceIdPrefix = "in-", MaxInstanceCount = 2, FetchInputsAndOutputs = true };
        var found = new List<string>();
        do
        {
            QueryInstancesResponse page = await Client.QueryInstancesAsync(
                new QueryInstancesRequest { Query = query }).ResponseAsync.Soon();
            Assert.InRange(page.OrchestrationState.Count, 1, 2);
            found.AddRange(page.OrchestrationState.Select(state => $"{state.InstanceId}={state.Input}"));
            query.ContinuationToken = page.ContinuationToken;
        }
        while (query.ContinuationToken is not null);

        Assert.Equal(["in-0=0", "in-1=1", "in-2=2", "in-3=3", "in-4=4"], found);
    }

    [Fact]
    public async Task QueryByStatusAndTime_FindsThose()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("ended");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));
        Time.Advance(TimeSpan.FromHours(1));
        DateTimeOffset later = Time.GetUtcNow();
        await StartAsync("new");

        Assert.Equal(["ended"], await IdsAsync(new InstanceQuery { RuntimeStatus = { OrchestrationStatus.Completed } }));
        Assert.Equal(["new"], await IdsAsync(new InstanceQuery { CreatedTimeFrom = later.ToTimestamp() }));
        Assert.Equal(["ended"], await IdsAsync(new InstanceQuery { CreatedTimeTo = later.AddSeconds(-1).ToTimestamp() }));
    }

    [Fact]
    public async Task ListIds_AreThoseThatEndedInOrder()
    {
        ScriptedWorker worker = Connect();
        foreach (string id in new[] { "c", "a", "b" })
        {
            await StartAsync(id);
            await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));
        }

        await StartAsync("running");
        ListInstanceIdsResponse first = await Client.ListInstanceIdsAsync(new ListInstanceIdsRequest { PageSize = 2 }).ResponseAsync.Soon();
        ListInstanceIdsResponse rest = await Client.ListInstanceIdsAsync(
            new ListInstanceIdsRequest { PageSize = 2, LastInstanceKey = first.LastInstanceKey }).ResponseAsync.Soon();

        Assert.Equal(["c", "a"], first.InstanceIds);
        Assert.Equal(["b"], rest.InstanceIds);
        Assert.Null(rest.LastInstanceKey);
    }

    [Fact]
    public async Task Purge_TakesEndedInstancesOnly()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("ended");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));
        await StartAsync("running");

        int byId = await PurgeAsync(new PurgeInstancesRequest { InstanceId = "running" });
        int byFilter = await PurgeAsync(new PurgeInstancesRequest { PurgeInstanceFilter = new PurgeInstanceFilter() });

        Assert.Equal((0, 1), (byId, byFilter));
        Assert.Null(await StateAsync("ended"));
        Assert.NotNull(await StateAsync("running"));
        Assert.Empty(await HistoryAsync("ended"));
    }

    [Fact]
    public async Task PurgeRecursively_TakesChildrenAlong()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "child"));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "grandchild"));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(1));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(1));

        int removed = await PurgeAsync(new PurgeInstancesRequest { InstanceId = "a", Recursive = true });

        Assert.Equal(3, removed);
        Assert.Null(await StateAsync("grandchild"));
    }

    [Fact]
    public async Task PurgeRecursivelyOfAReusedId_LeavesTheFormersChildren()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "child"));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(1));
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));

        int removed = await PurgeAsync(new PurgeInstancesRequest { InstanceId = "a", Recursive = true });

        Assert.Equal(1, removed);
        Assert.NotNull(await StateAsync("child"));
    }

    [Fact]
    public async Task QueryWithoutPayloads_BringsSmallOnesOnly()
    {
        string large = new('x', 2000);
        await StartAsync("small", "1");
        await StartAsync("large", large);

        QueryInstancesResponse unasked = await QueryAsync(new InstanceQuery());
        QueryInstancesResponse asked = await QueryAsync(new InstanceQuery { FetchInputsAndOutputs = true });

        Assert.Equal(["1", null], unasked.OrchestrationState.Select(state => state.Input));
        Assert.Equal(["1", large], asked.OrchestrationState.Select(state => state.Input));
    }

    [Fact]
    public async Task QueryPageIsExactlyFull_HasNoSuccessor()
    {
        await StartAsync("a");
        await StartAsync("b");

        Assert.Null((await QueryAsync(new InstanceQuery { MaxInstanceCount = 2 })).ContinuationToken);
    }

    [Fact]
    public async Task ListIds_ByStatusAndTimeOfTheEnd()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("well");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));
        Time.Advance(TimeSpan.FromHours(1));
        Timestamp later = Time.GetUtcNow().ToTimestamp();
        await StartAsync("badly");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Fail(0, "Broken"));

        Assert.Equal(["badly"], await EndedAsync(new ListInstanceIdsRequest { RuntimeStatus = { OrchestrationStatus.Failed } }));
        Assert.Equal(["badly"], await EndedAsync(new ListInstanceIdsRequest { CompletedTimeFrom = later }));
        Assert.Equal(["well", "badly"], await EndedAsync(new ListInstanceIdsRequest { CompletedTimeTo = later }));
    }

    [Fact]
    public async Task PurgeByTimeAndStatus_TakesThose()
    {
        ScriptedWorker worker = Connect();
        foreach (string id in new[] { "old", "new" })
        {
            await StartAsync(id);
            await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));
            Time.Advance(TimeSpan.FromHours(1));
        }

        Timestamp between = Time.GetUtcNow().AddMinutes(-90).ToTimestamp();
        int failed = await PurgeAsync(new PurgeInstancesRequest
        {
            PurgeInstanceFilter = new PurgeInstanceFilter { RuntimeStatus = { OrchestrationStatus.Failed, OrchestrationStatus.Running } },
        });
        int old = await PurgeAsync(new PurgeInstancesRequest { PurgeInstanceFilter = new PurgeInstanceFilter { CreatedTimeTo = between } });

        Assert.Equal((0, 1), (failed, old));
        Assert.NotNull(await StateAsync("new"));
    }

    [Fact]
    public async Task PurgeOfABatch_SkipsWhatIsNotThereOrRuns()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("ended");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));
        await StartAsync("running");

        int removed = await PurgeAsync(new PurgeInstancesRequest
        {
            InstanceBatch = new InstanceBatch { InstanceIds = { "ended", "nobody", "running", "ended" } },
        });

        Assert.Equal(1, removed);
    }

    [Fact]
    public async Task PurgeOutOfTime_SaysSoAndGoesOnNextTime()
    {
        foreach (int number in Enumerable.Range(0, 150))
        {
            await StartAsync($"i{number}");
            await TerminateAsync($"i{number}");
        }

        // Every look at the clock takes a minute.
        Time.AutoAdvanceAmount = TimeSpan.FromMinutes(1);
        var purge = new PurgeInstancesRequest
        {
            PurgeInstanceFilter = new PurgeInstanceFilter { Timeout = TimeSpan.FromSeconds(1).ToDuration() },
        };
        PurgeInstancesResponse first = await Client.PurgeInstancesAsync(purge).ResponseAsync.Soon();
        purge.PurgeInstanceFilter.Timeout = null;
        PurgeInstancesResponse second = await Client.PurgeInstancesAsync(purge).ResponseAsync.Soon();

        Assert.Equal((false, true), (first.IsComplete, second.IsComplete));
        Assert.InRange(first.DeletedInstanceCount, 1, 149);
        Assert.Equal(150, first.DeletedInstanceCount + second.DeletedInstanceCount);
    }

    private async Task<int> PurgeAsync(PurgeInstancesRequest request) =>
        (await Client.PurgeInstancesAsync(request).ResponseAsync.Soon()).DeletedInstanceCount;

    private async Task<IEnumerable<string>> IdsAsync(InstanceQuery query) =>
        (await QueryAsync(query)).OrchestrationState.Select(state => state.InstanceId);

    private async Task<QueryInstancesResponse> QueryAsync(InstanceQuery query) =>
        await Client.QueryInstancesAsync(new QueryInstancesRequest { Query = query }).ResponseAsync.Soon();

    private async Task<IEnumerable<string>> EndedAsync(ListInstanceIdsRequest request) =>
        (await Client.ListInstanceIdsAsync(request).ResponseAsync.Soon()).InstanceIds;
}
