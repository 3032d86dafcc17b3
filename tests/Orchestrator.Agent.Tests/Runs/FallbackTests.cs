using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>A model that can't be asked gives way to the next; a conversation that is refused as too long is made shorter.</summary>
public sealed class FallbackTests
{
    private static readonly Func<ModelReply> TooLong = Fails(ProviderFailure.ContextTooLong, "The prompt is too long.");

    [Theory]
    [InlineData(ProviderFailure.Overloaded)]
    [InlineData(ProviderFailure.RateLimited)]
    [InlineData(ProviderFailure.Unauthorized)]
    [InlineData(ProviderFailure.QuotaSpent)]
    [InlineData(ProviderFailure.Unreachable)]
    public async Task ModelFails_TheNextTakesOverForGood(ProviderFailure failure)
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("echo one"), Fails(failure, "It is broken."), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Task(rig, "spare"));

        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 3), (result.Status, result.Turns));
        Assert.Equal(["scripted", "scripted", "spare", "spare"], rig.Model.Requests.Select(request => request.Model));
        Assert.Equal("spare", (await rig.Runs.FindAsync(run, CancellationToken.None))!.Model);
        Assert.Contains("| model | spare (It took over from scripted in turn 2: It is broken.) |", File.ReadAllText(result.Report!), StringComparison.Ordinal);
        StoredRunEvent told = Assert.Single(await EventsAsync(rig, run, RunEventKind.TakenOver));
        Assert.Equal((2, "spare takes over from scripted: It is broken."), (told.Event.Turn, told.Event.Text));
    }

    [Fact]
    public async Task NextModelCannotBeAskedEither_TheOneAfterItTakesOver()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Fails(ProviderFailure.Overloaded, "It is broken."), Bash("touch done.txt"), Says("done")) { Away = { "spare1" } });

        RunResult result = await rig.RunAsync(Task(rig, "spare1", "spare2"));

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(["scripted", "spare2", "spare2"], rig.Model.Requests.Select(request => request.Model));
    }

    [Fact]
    public async Task EveryModelFails_RunFailsAndGoesOnWithTheLast()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Fails(ProviderFailure.Overloaded, "One."), Fails(ProviderFailure.Overloaded, "Two."), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Task(rig, "spare"));

        RunResult failed = await rig.EndAsync(run);
        await rig.Runs.ReopenAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Failed, "Two."), (failed.Status, failed.Reason));
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(["scripted", "spare", "spare", "spare"], rig.Model.Requests.Select(request => request.Model));
    }

    [Fact]
    public async Task RefusedContent_NoOtherModelIsAskedForIt()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Fails(ProviderFailure.Refused, "No.")));

        RunResult result = await rig.RunAsync(Task(rig, "spare"));

        Assert.Equal((RunStatus.Failed, "No.", 1), (result.Status, result.Reason, rig.Model.Requests.Count));
    }

    [Theory]
    [InlineData(9, "scripted")]
    [InlineData(10, "spare")]
    public async Task PutOff_ShortWaitsAreWaitedAndLongOnesAreNot(int minutes, string asked)
    {
        var time = new SkippingTime();
        await using RunRig rig = await RunRig.StartAsync(
            new(PutsOff(TimeSpan.FromMinutes(minutes)), Bash("touch done.txt"), Says("done")), hubTime: time);

        RunResult result = await rig.RunAsync(Task(rig, "spare"));

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(asked, rig.Model.Requests[1].Model);
        Assert.Equal(asked == "scripted", time.Skipped > TimeSpan.FromMinutes(8));
    }

    [Fact]
    public async Task TakenOverByASmallerModel_IsCompactedBeforeItIsAsked()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(
                [.. Enumerable.Repeat(Bash("seq 1 3000"), 4), Fails(ProviderFailure.Overloaded, "It is broken."), Says(Handover), Bash("touch done.txt"), Says("done")])
            { SpareWindow = 24_000 });
        string run = await rig.SubmitAsync(Task(rig, "spare"));

        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal([false, false, false, false, false, true, false, false], rig.Model.Requests.Select(request => request.AsksForSummary()));
        Assert.Equal(CompactionState.Active, Assert.Single(await rig.Compactions.ListAsync(run, CancellationToken.None)).State);
    }

    [Fact]
    public async Task ModelIsNoLongerDeclared_RunFailsAndGoesOnWhenItIsAgain()
    {
        ScriptedModel? model = null;
        model = new(
            () =>
            {
                model!.Gone["scripted"] = true;
                return Bash("touch done.txt")();
            },
            Says("done"));
        await using RunRig rig = await RunRig.StartAsync(model);
        string run = await rig.SubmitAsync(Task(rig));

        RunResult failed = await rig.EndAsync(run);
        model.Gone.Clear();
        await rig.Runs.ReopenAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Failed, "The model \"scripted\" is unknown."), (failed.Status, failed.Reason));
        Assert.Equal((RunStatus.Accepted, 2), (result.Status, rig.Model.Requests.Count));
    }

    [Fact]
    public async Task SmallWindow_IsNotAskedForMoreThanFitsIntoIt()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch done.txt"), Says("done")) { SpareWindow = 12_000 });

        RunResult result = await rig.RunAsync(Task(rig) with { Model = "spare" });

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.All(rig.Model.Requests, request => Assert.InRange(request.MaxOutputTokens, 1_000, 6_000));
    }

    [Fact]
    public async Task ConversationRefusedAsTooLong_IsCompactedAndTheTurnTakenAgain()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("seq 1 3000"), Bash("seq 1 3000"), Bash("echo newest"), TooLong, Says(Handover), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Task(rig));

        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 5), (result.Status, result.Turns));
        ModelRequest question = rig.Model.Requests[4];
        Assert.True(question.AsksForSummary());
        Assert.True(question.Prompt.Count < rig.Model.Requests[3].Prompt.Count, "The question for the summary is as long as what was refused.");
        Assert.Equal("The prompt is too long.", Assert.Single(await EventsAsync(rig, run, RunEventKind.TooLong)).Event.Text);
        Assert.Equal((3, CompactionState.Active), Assert.Single(await rig.Compactions.ListAsync(run, CancellationToken.None)) is var one ? (one.Turn, one.State) : default);
    }

    [Fact]
    public async Task StillTooLongAfterCompactions_RunFails()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("seq 1 3000"), Bash("seq 1 3000"), Bash("seq 1 3000"), Bash("echo newest"), TooLong, Says(Handover), TooLong, Says(Handover), TooLong));

        string run = await rig.SubmitAsync(Task(rig));
        RunResult result = await Until.SetAsync(async () => (await rig.Runs.FindAsync(run, CancellationToken.None))?.Result, "the run's end");

        Assert.Equal((RunStatus.Failed, "The prompt is too long. The conversation could not be made short enough."), (result.Status, result.Reason));
        Assert.False(result.CanResume);
    }

    private static AgentTask Task(RunRig rig, params string[] fallback) => rig.Task(task => task with { Model = "scripted", Fallback = fallback });

    private static async Task<IReadOnlyList<StoredRunEvent>> EventsAsync(RunRig rig, string run, RunEventKind kind) =>
        [.. (await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None)).Where(happened => happened.Event.Kind == kind)];
}
