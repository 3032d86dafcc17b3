using System.Text.Json;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Schedules;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tests.Runs;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Schedules;

/// <summary>Schedules on the real hub and stores, by a clock that the test moves.</summary>
public sealed class ScheduleTests : IAsyncLifetime
{
    private const int Turns = 40;

    // The run database's own clock is the machine's.
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private RunRig _rig = null!;

    private IScheduleStore Store => _rig.Service<IScheduleStore>();

    public async Task InitializeAsync() =>
        _rig = await RunRig.StartAsync(new(Enumerable.Repeat(Says("done"), Turns)), _time, hubTime: _time, test: nameof(ScheduleTests));

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task EveryMinute_EachMinuteIsOneRunAndWhatIsOverIsOver()
    {
        Schedule schedule = await SetAsync(OverlappingRuns.Allow);

        IReadOnlyList<Occurrence> begun = await OccurrencesAsync(schedule, 4);
        await Store.RemoveAsync(schedule.Id, "anna", CancellationToken.None);
        await UntilAsync(async () => (await _rig.Client.GetInstanceAsync(schedule.Id))?.IsCompleted == true, "its orchestration's end");

        Assert.All(begun, one => Assert.Equal(OccurrenceState.Started, one.State));
        Assert.Equal(begun.Count, begun.Select(one => one.RunId).Distinct().Count());
        Assert.All(begun.Zip(begun.Skip(1)), pair => Assert.Equal(TimeSpan.FromMinutes(1), pair.First.DueAt - pair.Second.DueAt));
        foreach (Occurrence one in begun)
        {
            await UntilAsync(async () => (await _rig.Runs.FindAsync(one.RunId!, CancellationToken.None))?.Result is not null, "the run's end");
        }

        Assert.Empty(await Store.ListAsync(null, CancellationToken.None));
        Assert.Equal((await BegunAsync(schedule)).Select(one => one.RunId).Order(), (await _rig.Runs.ListAsync(CancellationToken.None)).Select(run => run.RunId).Order());
    }

    [Fact]
    public async Task RunUnderWay_NextIsLeftOut()
    {
        Schedule schedule = await SetAsync(OverlappingRuns.Skip, final: "ask");

        IReadOnlyList<Occurrence> due = await OccurrencesAsync(schedule, 3);

        Assert.Equal([OccurrenceState.Skipped, OccurrenceState.Skipped, OccurrenceState.Started], due.TakeLast(3).Select(one => one.State));
        Assert.Contains(due[^1].RunId!, due[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunUnderWay_NewestWaitsAndBeginsBehindIt()
    {
        Schedule schedule = await SetAsync(OverlappingRuns.Wait, final: "ask");
        IReadOnlyList<Occurrence> due = await OccurrencesAsync(schedule, 3);
        Assert.Equal([OccurrenceState.Waiting, OccurrenceState.Skipped, OccurrenceState.Started], due.TakeLast(3).Select(one => one.State));
        Occurrence first = due[^1];

        await _rig.Signals.CancelAsync(first.RunId!, "anna", CancellationToken.None);
        Occurrence[] begun = [];
        await UntilAsync(async () => (begun = await BegunAsync(schedule)).Length == 2, "the next run's beginning");

        Assert.NotNull((await _rig.Runs.FindAsync(first.RunId!, CancellationToken.None))?.Result);
        Assert.Equal(first, begun[1]);
        Assert.NotEqual(first.RunId, begun[0].RunId);
    }

    [Fact]
    public async Task Paused_NothingBeginsAndNothingIsCaughtUpOn()
    {
        Schedule schedule = await SetAsync(OverlappingRuns.Allow);
        int before = (await OccurrencesAsync(schedule, 1)).Count;
        Assert.True(await Store.PauseAsync(schedule.Id, "ben", CancellationToken.None));
        Assert.False(await Store.PauseAsync(schedule.Id, "ben", CancellationToken.None));

        _time.Advance(TimeSpan.FromHours(3));
        await AttendAsync(schedule);
        await AttendAsync(schedule);

        int paused = (await Store.ListOccurrencesAsync(schedule.Id, 100, CancellationToken.None)).Count;
        Assert.InRange(paused, before, before + 1); // One may have begun while it was being paused.
        Assert.Contains(await _rig.Service<IAuditStore>().ReadNewestAsync(null, null, 50, CancellationToken.None), entry => entry.Act.Kind == AuditKind.SchedulePaused && entry.Act.Actor == "ben");
    }

    [Fact]
    public async Task AttendedTwice_BeginsNoneTwice()
    {
        Schedule schedule = await SetAsync(OverlappingRuns.Allow, MissedRuns.Coalesce, cron: "0 0 1 1 *", zone: "UTC");
        _time.Advance(TimeSpan.FromDays(800));

        ScheduleLook[] looks = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AttendAsync(schedule)));

        Assert.All(looks, look => Assert.False(look.IsOver));
        Occurrence begun = Assert.Single(await Store.ListOccurrencesAsync(schedule.Id, 100, CancellationToken.None), one => one.State == OccurrenceState.Started);
        Assert.Equal(begun.RunId, Assert.Single(await _rig.Runs.ListAsync(CancellationToken.None)).RunId);
    }

    [Fact]
    public async Task SourceIsGone_OccurrenceSaysSoAndTheNextIsTriedAgain()
    {
        Schedule schedule = await SetAsync(OverlappingRuns.Allow, cron: "0 0 * * *");
        Directory.Move(_rig.Source.Path, _rig.Source.Path + ".away");
        _time.Advance(TimeSpan.FromDays(1));
        await AttendAsync(schedule);
        Occurrence failed = (await Store.ListOccurrencesAsync(schedule.Id, 1, CancellationToken.None))[0];
        Directory.Move(_rig.Source.Path + ".away", _rig.Source.Path);
        _time.Advance(TimeSpan.FromDays(1));
        await AttendAsync(schedule);

        Assert.Equal(OccurrenceState.Failed, failed.State);
        Assert.Contains(_rig.Source.Path, failed.Reason, StringComparison.Ordinal);
        Assert.Equal(OccurrenceState.Started, (await Store.ListOccurrencesAsync(schedule.Id, 1, CancellationToken.None))[0].State);
    }

    [Fact]
    public async Task HubHasLostIt_ItIsKeptAgain()
    {
        Schedule schedule = await SetAsync(OverlappingRuns.Allow, cron: "0 0 1 1 *");
        OrchestrationMetadata? first = null;
        await UntilAsync(async () => (first = await _rig.Client.GetInstanceAsync(schedule.Id))?.IsRunning == true, "its orchestration");

        await _rig.Client.TerminateInstanceAsync(schedule.Id);

        await UntilAsync(
            async () => await _rig.Client.GetInstanceAsync(schedule.Id) is { IsRunning: true } kept && kept.CreatedAt > first!.CreatedAt, "another");
    }

    [Theory]
    [InlineData("Nightly", "0 0 * * *", "name:")]
    [InlineData("nightly", "0 0 31 2 *", "cron:")]
    public async Task WrongTerms_NothingIsStored(string name, string cron, string place)
    {
        ScheduleException failure = await Assert.ThrowsAsync<ScheduleException>(() => SetAsync(OverlappingRuns.Skip, cron: cron, name: name));

        Assert.StartsWith(place, failure.Message, StringComparison.Ordinal);
        Assert.Empty(await Store.ListAsync(null, CancellationToken.None));
    }

    [Fact]
    public async Task SameTermsAgain_AreNoChange()
    {
        Schedule first = await SetAsync(OverlappingRuns.Skip);
        Schedule again = await SetAsync(OverlappingRuns.Skip);
        Schedule changed = await SetAsync(OverlappingRuns.Wait);

        Assert.Equal(first, again);
        Assert.Equal((first.Id, OverlappingRuns.Wait), (changed.Id, changed.Terms.Overlap));
    }

    /// <summary>All is caught up on, unless said: the test's clock may be far ahead before anybody looks.</summary>
    private Task<Schedule> SetAsync(
        OverlappingRuns overlap, MissedRuns missed = MissedRuns.CatchUp, string final = "auto", string cron = "* * * * *", string zone = "Europe/Berlin", string name = "nightly") =>
        _rig.Service<ScheduleBook>().SetAsync(
            AdmittedTask.LocalTenant,
            "anna",
            new ScheduleTerms
            {
                Name = name,
                Cron = cron,
                Zone = zone,
                Missed = missed,
                Overlap = overlap,
                Task = JsonSerializer.Serialize(new
                {
                    objective = "Do nothing, so that `true` ends with 0.",
                    workspace = new { source = _rig.Source.Path },
                    success = new[] { new { name = "nothing", run = "true" } },
                    checkpoints = new { final },
                }),
                TaskFile = "/task.yaml",
            },
            CancellationToken.None);

    private Task<ScheduleLook> AttendAsync(Schedule schedule) =>
        new AttendSchedule(Store, _rig.Service<RunClient>(), _time).RunAsync(null!, schedule.Id);

    private async Task<Occurrence[]> BegunAsync(Schedule schedule) =>
        [.. (await Store.ListOccurrencesAsync(schedule.Id, 100, CancellationToken.None)).Where(one => one.State == OccurrenceState.Started)];

    private async Task<IReadOnlyList<Occurrence>> OccurrencesAsync(Schedule schedule, int least)
    {
        IReadOnlyList<Occurrence> found = [];
        await UntilAsync(async () => (found = await Store.ListOccurrencesAsync(schedule.Id, 100, CancellationToken.None)).Count >= least, "what is due");
        return found;
    }

    /// <summary>Waits while time goes by, five seconds at each look.</summary>
    private Task UntilAsync(Func<Task<bool>> isSo, string what) => Until.TrueAsync(
        async () =>
        {
            if (await isSo())
            {
                return true;
            }

            _time.Advance(TimeSpan.FromSeconds(5));
            return false;
        },
        what,
        TimeSpan.FromMinutes(1));
}
