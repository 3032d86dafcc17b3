using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Orchestrator.TaskHub.Replays;

namespace Orchestrator.Agent.Tests.Histories;

/// <summary>So that a green replay means something: what is not deterministic, or was changed, is found.</summary>
public sealed class MutationTests
{
    /// <summary>They differ from their own past; the others differ from what they were made of.</summary>
    private static readonly Mutation[] NeverTheSame =
    [
        Mutation.ClockInAnInput, Mutation.ClockBehindATimer, Mutation.NewGuidInAnInput, Mutation.RandomInAnInput,
        Mutation.StopwatchInAnInput, Mutation.StaticCounterInAnInput,
    ];

    public static TheoryData<Mutation> Mutations => [.. Enum.GetValues<Mutation>().Where(mutation => mutation != Mutation.None)];

    [Fact]
    public async Task Unchanged_ReplaysAsRecorded()
    {
        StoredHistory history = await RecordAsync(Mutation.None);
        await using ReplayingWorker worker = await ReplayingWorker.StartAsync(registry => MutatedFlow.AddTo(registry, Mutation.None));

        ReplayResult result = await worker.ReplayAsync(history);

        Assert.Null(result.Difference);
        Assert.InRange(result.Turns, 4, 20);
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task Mutated_IsADifferenceWithBothSidesAndACause(Mutation mutation)
    {
        StoredHistory history = await RecordAsync(NeverTheSame.Contains(mutation) ? mutation : Mutation.None);
        await using ReplayingWorker worker = await ReplayingWorker.StartAsync(registry => MutatedFlow.AddTo(registry, mutation));

        ReplayDifference? difference = (await worker.ReplayAsync(history)).Difference;

        Assert.NotNull(difference);
        Assert.NotEqual(difference.Recorded, difference.Replayed);
        Assert.NotEmpty(difference.LikelyCause);
    }

    /// <summary>One run on the real hub.</summary>
    private static async Task<StoredHistory> RecordAsync(Mutation mutation)
    {
        var recorder = new HistoryRecorder();
        await using HubWithWorkers hub = await HubWithWorkers.StartAsync();
        DurableTaskClient client = await hub.AddWorkerAsync(
            worker => worker.AddTasks(registry => MutatedFlow.AddTo(registry, mutation)), recorder);

        string flow = await client.ScheduleNewOrchestrationInstanceAsync(MutatedFlow.Name, "input");
        OrchestrationMetadata end = await client.WaitForInstanceCompletionAsync(flow, CancellationToken.None);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        return recorder.Histories.Single(history => history.Start.Name == MutatedFlow.Name);
    }
}
