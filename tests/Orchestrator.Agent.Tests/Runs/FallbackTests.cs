using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
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
    public async Task ModelTwiceAmongTheFallbacks_IsTriedOnce()
    {
        await using RunRig rig = await RunRig.StartAsync(new());
        var fallback = new Fallback(rig.Model);
        AdmittedTask task = new()
        {
            RunId = "r1",
            Task = rig.Task(),
            BaseCommit = "abc",
            Model = "scripted",
            ModelReason = "",
            Requester = "anna",
            Fallbacks = ["spare1", "spare2", "spare2"],
        };
        List<string> tried = [];
        for (string? next = "scripted"; next is not null && tried.Count < 10; next = await fallback.NextAsync(task with { Model = next }, CancellationToken.None))
        {
            tried.Add(next);
        }

        Assert.Equal(["scripted", "spare1", "spare2"], tried);
    }

    [Fact]
    public async Task UnpricedModel_IsNotFallenBackOnUnderTheDefaultLimit()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("true"), Fails(ProviderFailure.Overloaded, "It is broken.")) { Price = 10, Unpriced = { "spare" } });
        Directory.CreateDirectory(rig.Data.Root);
        File.WriteAllText(rig.Data.Routing, "kinds: [{ name: any, models: [scripted, spare] }]\n");

        RunResult result = await rig.RunAsync(rig.Task(task => task with { Model = "auto" }));

        Assert.Equal((RunStatus.Failed, "It is broken."), (result.Status, result.Reason));
    }

    [Fact]
    public async Task ModelIsNoLongerDeclared_TheNextTakesOver()
    {
        await using RunRig rig = await RunRig.StartAsync(KnownForOneTurn());

        RunResult result = await rig.RunAsync(Task(rig, "spare"));

        Assert.Equal((RunStatus.Accepted, 2), (result.Status, result.Turns));
        Assert.Equal(["scripted", "spare"], rig.Model.Requests.Select(request => request.Model));
    }

    [Fact]
    public async Task CountOfTheModelBefore_ReservesNothingForTheNext()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(
                Bash("seq 1 3000"), Bash("seq 1 3000"), Fails(ProviderFailure.Overloaded, "It is broken."),
                () => Bash("touch done.txt")() with { Usage = new TokenUsage(8_000, 0, 1_000) })
            { Price = 1, CachedPrice = 10 });

        RunResult result = await rig.RunAsync(Task(rig, "spare") with { Budget = new BudgetTerms { Usd = 0.7m, OnLimit = LimitAction.Stop } });

        Assert.Equal((RunStatus.LimitReached, 2), (result.Status, result.Turns));
        Assert.All(rig.Model.Requests, request => Assert.Equal("scripted", request.Model));
    }

    [Fact]
    public async Task UnreadableAnswer_CountsAtWhatWasReservedForIt()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Fails(ProviderFailure.Unreadable, "Two calls have one id."), Bash("touch done.txt"), Says("done")) { Price = 10 });

        RunResult result = await rig.RunAsync(Task(rig, "spare"));

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(1, result.Lost!.Count);
        Assert.True(result.Lost.CostUsd > 0.1m, $"{result.Lost.CostUsd} count for the answer that can't be read.");
        Assert.Equal(0.02m + result.Lost.CostUsd, result.CostUsd);
    }

    [Theory]
    [InlineData(ProviderFailure.Refused)]
    [InlineData(ProviderFailure.Misconfigured)]
    public async Task RefusedContentOrWrongRequest_NoOtherModelIsAskedForIt(ProviderFailure failure)
    {
        await using RunRig rig = await RunRig.StartAsync(new(Fails(failure, "No.")));

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
    public async Task CompactedThenTakenOverByASmallerModel_IsCompactedAgainFirst()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(
                [
                    .. Enumerable.Range(1, 19).Select(first => Bash($"seq {first} 3000")), Counted(80_000, Bash("seq 1 3000")), Says(Handover), Fails(ProviderFailure.Overloaded, "It is broken."),
                    Says(Handover), Bash("touch done.txt"), Says("done"),
                ])
            { SpareWindow = 12_000 });

        string run = await rig.SubmitAsync(Task(rig, "spare"));
        RunResult result = await Until.SetAsync(async () => (await rig.Runs.FindAsync(run, CancellationToken.None))?.Result, "the run's end");

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.True(rig.Model.Requests.First(request => request.Model == "spare").AsksForSummary(), "The smaller model was asked for the turn at once.");
    }

    [Fact]
    public async Task SealedCompaction_IsUndoneForTheNextModelAndMadeAnew()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(
                [
                    .. Enumerable.Repeat(Bash("seq 1 3000"), 9), Counted(80_000, Bash("seq 1 3000")), Says("sealed"), Bash("true"),
                    Fails(ProviderFailure.Overloaded, "It is broken."), Says(Handover), Bash("touch done.txt"), Says("done"),
                ])
            { SpareWindow = 24_000, CompactsItself = true },
            change: services => services.AddSingleton<ISummarizer, SealedSummarizer>());
        string run = await rig.SubmitAsync(Task(rig, "spare") with { Compaction = new CompactionTerms { Way = CompactionWay.Provider } });

        RunResult result = await Until.SetAsync(async () => (await rig.Runs.FindAsync(run, CancellationToken.None))?.Result, "the run's end");

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(
            [CompactionState.Undone, CompactionState.Active],
            (await rig.Compactions.ListAsync(run, CancellationToken.None)).Select(compaction => compaction.State));
        Assert.True(rig.Model.Requests.First(request => request.Model == "spare").AsksForSummary(), "The smaller model was asked for the turn at once.");
        Assert.Single(await EventsAsync(rig, run, RunEventKind.CompactionUndone));
    }

    [Fact]
    public async Task ModelIsNoLongerDeclared_RunFailsAndGoesOnWhenItIsAgain()
    {
        await using RunRig rig = await RunRig.StartAsync(KnownForOneTurn());
        string run = await rig.SubmitAsync(Task(rig));

        RunResult failed = await rig.EndAsync(run);
        rig.Model.Gone.Clear();
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

    [Fact]
    public async Task SummaryOfARefusedConversation_MayBeAsLongAsFits()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new([.. Enumerable.Repeat(Bash("seq 1 3000"), 8), TooLong, Says(Handover), Bash("touch done.txt"), Says("done")]) { Window = 48_000 });

        RunResult result = await rig.RunAsync(Task(rig));

        Assert.Equal((RunStatus.Accepted, null), (result.Status, result.Reason));
        ModelRequest question = rig.Model.Requests[9];
        Assert.True(question.AsksForSummary());
        Assert.Equal(ModelRequest.LongestAnswer, question.MaxOutputTokens);
    }

    [Fact]
    public async Task RefusedAndNoSummaryToBeHad_CanBeResumed()
    {
        Func<ModelReply> broken = Fails(ProviderFailure.Overloaded, "Passing.");
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("seq 1 3000"), Bash("seq 1 3000"), Bash("echo newest"), TooLong, broken, TooLong, broken, TooLong, Says(Handover), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Task(rig));

        RunResult failed = await rig.EndAsync(run);
        await rig.Runs.ReopenAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Failed, true), (failed.Status, failed.CanResume));
        Assert.Equal("The prompt is too long. The provider could not be asked for a summary.", failed.Reason);
        Assert.Equal(RunStatus.Accepted, result.Status);
    }

    /// <summary>A model that nobody knows any more once it has answered.</summary>
    private static ScriptedModel KnownForOneTurn()
    {
        ScriptedModel? model = null;
        model = new(
            () =>
            {
                model!.Gone["scripted"] = true;
                return Bash("touch done.txt")();
            },
            Says("done"));
        return model;
    }

    private static AgentTask Task(RunRig rig, params string[] fallback) => rig.Task(task => task with { Model = "scripted", Fallback = fallback });

    private sealed class SealedSummarizer : ISummarizer
    {
        public CompactionWay Way => CompactionWay.Provider;

        public PromptItem Question { get; } = new PromptItem.CompactionTrigger();

        public Summary Read(ModelReply reply, int through, Origin origin) => new Summary.Usable(TranscriptEntry.ProviderItem(through, reply.Items[0], origin));
    }

    private static async Task<IReadOnlyList<StoredRunEvent>> EventsAsync(RunRig rig, string run, RunEventKind kind) =>
        [.. (await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None)).Where(happened => happened.Event.Kind == kind)];
}
