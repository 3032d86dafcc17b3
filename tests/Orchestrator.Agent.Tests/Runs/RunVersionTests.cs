using Microsoft.DurableTask;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tests.Histories;
using Orchestrator.Agent.Timeline;
using Orchestrator.TaskHub.Replays;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>An upgrade with runs under way: a generation ends on the version that it began with, the next one is of the newest.</summary>
public sealed class RunVersionTests
{
    private const string Earlier = "0";

    [Theory]
    [InlineData(Earlier)]
    [InlineData(null)]
    public async Task RunOfAnEarlierVersion_EndsItsGenerationAsItWasAndMovesOn(string? version)
    {
        int earlierTurns = 0;
        await using RunRig rig = await RunRig.StartAsync(
            new([.. Enumerable.Repeat(Bash("echo x >> done.txt"), RunOrchestrator.StepsPerGeneration + 2), Says("done")]),
            also: registry => registry.AddOrchestrator(
                nameof(RunOrchestrator), new TaskVersion(Earlier), () => new EarlierRunOrchestrator(() => Interlocked.Increment(ref earlierTurns))));

        string run = await rig.SubmitAsVersionAsync(version);
        RunResult result = await rig.EndAsync(run);
        await Until.TrueAsync(async () => (await rig.Client.GetInstanceAsync(run))?.IsCompleted == true, "the orchestration's end");

        StoredHistory[] generations = [.. rig.Histories.Where(history => history.InstanceId == run)];
        Assert.Equal((RunStatus.Accepted, RunOrchestrator.StepsPerGeneration + 3), (result.Status, result.Turns));
        Assert.Equal([version ?? string.Empty, RunOrchestrator.NewestVersion], generations.Select(generation => generation.Start.Version));
        Assert.Equal(version is not null, earlierTurns > 0);
    }

    [Fact]
    public async Task RunThatStartsNow_IsOfTheNewestVersion()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch done.txt"), Says("done")));

        await rig.RunAsync();

        Assert.Equal(RunOrchestrator.NewestVersion, Assert.Single(rig.Histories).Start.Version);
    }

    /// <summary>What workers of the build before compaction share a run with must not call what they don't know.</summary>
    [Fact]
    public async Task RunOfVersion1_IsCompactedOnlyInItsNextGeneration()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            [.. Enumerable.Range(1, RunOrchestrator.StepsPerGeneration).Select(first => Counted(5_000, Bash($"seq {first} 3000"))), Says(Handover), Bash("touch done.txt"), Says("done")]));

        string run = await rig.SubmitAsVersionAsync("1", rig.Task(task => task with { Compaction = new CompactionTerms { At = 4_000 } }));
        RunResult result = await rig.EndAsync(run);
        await Until.TrueAsync(async () => (await rig.Client.GetInstanceAsync(run))?.IsCompleted == true, "the orchestration's end");

        StoredHistory[] generations = [.. rig.Histories.Where(history => history.InstanceId == run)];
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(["1", RunOrchestrator.NewestVersion], generations.Select(generation => generation.Start.Version));
        Assert.Equal([0, 1], generations.Select(generation => generation.Events.Count(happened => happened.TaskScheduled?.Name == "CompactTranscript")));
        Assert.Equal(1, rig.Model.Requests.Count(request => request.AsksForSummary()));
    }

    /// <summary>A version that is registered no longer is a difference that names it, not a run that silently changes its ways.</summary>
    [Fact]
    public async Task VersionThatIsNotRegistered_IsADifference()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("touch done.txt"), Says("done")),
            also: registry => registry.AddOrchestrator(nameof(RunOrchestrator), new TaskVersion(Earlier), () => new EarlierRunOrchestrator(() => { })));
        await rig.EndAsync(await rig.SubmitAsVersionAsync(Earlier));
        await using ReplayingWorker today = await ReplayingWorker.StartAsync();

        ReplayDifference? difference = (await today.ReplayAsync(Assert.Single(rig.Histories))).Difference;

        Assert.Equal(("RunOrchestrator version 0", 1), (difference!.Orchestrator, difference.Turn));
        Assert.Contains("keep each version registered", difference.LikelyCause, StringComparison.Ordinal);
    }

    /// <summary>The orchestrator as it was; it says when it takes a turn.</summary>
    private sealed class EarlierRunOrchestrator(Action turnTaken) : ITaskOrchestrator
    {
        private readonly RunOrchestrator _run = new();

        public Type InputType => typeof(RunState);

        public Type OutputType => typeof(RunStatus);

        public async Task<object?> RunAsync(TaskOrchestrationContext context, object? input)
        {
            turnTaken();
            return await _run.RunAsync(context, (RunState)input!);
        }
    }
}
