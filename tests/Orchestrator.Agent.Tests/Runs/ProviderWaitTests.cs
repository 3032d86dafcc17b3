using DurableTask.Core.History;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>A provider that asks to be left alone is waited for; the wait is durable, costs nothing and ends with the run's cancel.</summary>
public sealed class ProviderWaitTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task PutOffForHours_AsksAgainAfterwardsAndGoesOn()
    {
        var time = new SkippingTime();
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("touch done.txt"), PutsOff(Hour, attempts: 3), PutsOff(2 * Hour, attempts: 2), Says("done")), hubTime: time);
        string run = await rig.SubmitAsync(rig.Task(task => task with
        {
            Budget = new BudgetTerms { WallClock = TimeSpan.FromMinutes(30), OnLimit = LimitAction.Stop },
        }));

        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 2), (result.Status, result.Turns));
        Assert.InRange(time.Skipped, 3 * Hour, 3.1 * Hour);
        Assert.Equal([0, 0, 2, 3], rig.Model.Requests.Select(request => request.SpentAttempts));
        IReadOnlyList<StoredRunEvent> events = await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None);
        Assert.Equal(2, events.Count(happened => happened.Event.Kind == RunEventKind.ProviderAwaited));
    }

    [Fact]
    public async Task HeldBackUnsent_CountsWhatFailedBefore()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(IsHeldBack(Hour, attempts: 0), IsHeldBack(Hour, attempts: 2), PutsOff(Hour, attempts: 2), Bash("touch done.txt"), Says("done")),
            hubTime: new SkippingTime());

        RunResult result = await rig.RunAsync();

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal([0, 0, 2, 3, 0], rig.Model.Requests.Select(request => request.SpentAttempts));
    }

    [Fact]
    public async Task AskedAgainTooSoon_IsAskedLessAndLessOften()
    {
        var time = new SkippingTime();
        await using RunRig rig = await RunRig.StartAsync(
            new([.. Enumerable.Repeat(PutsOff(TimeSpan.FromSeconds(31)), 8), Bash("touch done.txt"), Says("done")]), hubTime: time);

        RunResult result = await rig.RunAsync();

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.InRange(time.Skipped, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(62));
    }

    [Fact]
    public async Task AskedAgain_NobodyIsToldOfAWaitAnyMore()
    {
        using var asked = new ManualResetEventSlim();
        using var mayAnswer = new ManualResetEventSlim();
        await using RunRig rig = await RunRig.StartAsync(
            new(
                PutsOff(Hour),
                () =>
                {
                    asked.Set();
                    mayAnswer.Wait(TimeSpan.FromMinutes(1), CancellationToken.None);
                    return Bash("touch done.txt")();
                },
                Says("done")),
            hubTime: new SkippingTime());
        string run = await rig.SubmitAsync();

        await Until.TrueAsync(() => asked.IsSet, "the second request");
        RunSummary meanwhile = (await rig.Runs.FindAsync(run, CancellationToken.None))!;
        mayAnswer.Set();
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Running, null), (meanwhile.Status, meanwhile.ProviderWait));
        Assert.Equal(RunStatus.Accepted, result.Status);
    }

    [Fact]
    public async Task PutOffForDays_Fails()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(PutsOff(Hour * 23), PutsOff(Hour * 2)), hubTime: new SkippingTime());

        RunResult result = await rig.RunAsync();

        Assert.Equal((RunStatus.Failed, "The provider was not waited for any longer. Too many requests."), (result.Status, result.Reason));
        Assert.Equal(2, rig.Model.Requests.Count);
    }

    [Fact]
    public async Task CanceledWhileItWaits_EndsAtOnceAndSaysUntilThenWhatItWaitsFor()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch half.txt"), PutsOff(Hour)));
        string run = await rig.SubmitAsync();

        RunSummary waiting = await Until.SetAsync(
            async () => await rig.Runs.FindAsync(run, CancellationToken.None) is { ProviderWait: not null } summary ? summary : null, "the wait");

        // The run says so before the hub has the wait: a restart in between has the provider asked once more.
        await Until.TrueAsync(
            async () => (await rig.Client.GetOrchestrationHistoryAsync(run)).OfType<TimerCreatedEvent>().Any(timer => timer.FireAt > TimeProvider.System.GetUtcNow().UtcDateTime + (Hour / 2)),
            "the hub's timer");
        await rig.RestartAsync();
        await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Running, waiting.Status);
        Assert.Contains("Too many requests.", waiting.ProviderWait, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Canceled, 2), (result.Status, rig.Model.Requests.Count));
        Assert.Contains("half.txt", File.ReadAllText(result.Patch!), StringComparison.Ordinal);
        Assert.Null((await rig.Runs.FindAsync(run, CancellationToken.None))!.ProviderWait);
        Assert.Empty(await rig.Approvals.ListDoorbellsAsync(CancellationToken.None));
    }
}
