using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>A model that works in the background is followed from activity to activity; what it works on is asked for once and paid for once.</summary>
public sealed class BackgroundTests
{
    [Fact]
    public async Task AnswerUnderway_IsFollowedAndIsNoAttemptAndNoWait()
    {
        var time = new SkippingTime();
        await using RunRig rig = await RunRig.StartAsync(
            new(Underway("resp-1"), Underway(), Underway(), Bash("touch done.txt"), Says("done")) { Price = 1000, TakesBackground = true }, hubTime: time);
        string run = await rig.SubmitAsync(Task(rig, BackgroundUse.Always));

        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 2, null), (result.Status, result.Turns, result.Lost));
        Assert.Equal([null, "resp-1", "resp-1", "resp-1", null], rig.Model.Requests.Select(request => request.Background!.ResponseId));
        Assert.All(rig.Model.Requests, request => Assert.Equal(0, request.SpentAttempts));
        Assert.Equal(2m, result.CostUsd);
        Assert.InRange(time.Skipped, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2));
        Assert.DoesNotContain(
            await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None), told => told.Event.Kind is RunEventKind.ProviderAwaited or RunEventKind.AnswerLost);
    }

    [Fact]
    public async Task AnswerThatIsGone_IsAskedForAgainAndCounted()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Underway("resp-1"), IsGone, Bash("touch done.txt"), Says("done")) { Price = 10, TakesBackground = true }, hubTime: new SkippingTime());

        RunResult result = await rig.RunAsync(Task(rig, BackgroundUse.Always));

        Assert.Equal((RunStatus.Accepted, 2), (result.Status, result.Turns));
        Assert.Equal([null, "resp-1", null, null], rig.Model.Requests.Select(request => request.Background!.ResponseId));
        Assert.Equal([0, 0, 1, 0], rig.Model.Requests.Select(request => request.SpentAttempts));

        // Each answer costs a cent; what was lost is counted at all that it might have been.
        decimal reserved = rig.Model.Requests[0].MaxOutputTokens * 10 / 1_000_000m;
        Assert.Equal(new LostAttempts(1, reserved), result.Lost);
        Assert.Equal(0.02m + reserved, result.CostUsd);
    }

    [Fact]
    public async Task WhatWasLost_CountsInTheBudget()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Underway("resp-1"), IsGone, Says("never")) { Price = 10, TakesBackground = true }, hubTime: new SkippingTime());

        // It pays for one longest answer, and not for what is left of a second.
        RunResult result = await rig.RunAsync(rig.Task(task => task with
        {
            Background = BackgroundUse.Always,
            Budget = new BudgetTerms { Usd = 0.17m, OnLimit = LimitAction.Stop },
        }));

        Assert.Equal((RunStatus.LimitReached, 2), (result.Status, rig.Model.Requests.Count));
        Assert.Equal(result.Lost!.CostUsd, result.CostUsd);
    }

    [Fact]
    public async Task AnswerThatCanNotBeLookedAt_IsFetchedByTheResumedRun()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Underway("resp-1"), IsRefused, Bash("touch done.txt"), Says("done")) { Price = 10, TakesBackground = true }, hubTime: new SkippingTime());
        string run = await rig.SubmitAsync(Task(rig, BackgroundUse.Always));

        RunResult failed = await rig.EndAsync(run);
        await rig.Runs.ReopenAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Failed, true), (failed.Status, failed.CanResume));
        Assert.Equal((RunStatus.Accepted, null, 0.02m), (result.Status, result.Lost, result.CostUsd));
        Assert.Equal([null, "resp-1", "resp-1", null], rig.Model.Requests.Select(request => request.Background!.ResponseId));
    }

    [Fact]
    public async Task RunCanceledMeanwhile_ProviderIsToldToStop()
    {
        RunRig? rig = null;
        string? run = null;
        using var isKnown = new ManualResetEventSlim();
        var model = new ScriptedModel(() =>
        {
            Begin("resp-1");
            Assert.True(isKnown.Wait(TimeSpan.FromMinutes(1), CancellationToken.None));
            Assert.True(rig!.Signals.CancelAsync(run!, "anna", CancellationToken.None).GetAwaiter().GetResult());
            throw StillUnderway();
        })
        { TakesBackground = true };
        await using (rig = await RunRig.StartAsync(model, hubTime: new SkippingTime()))
        {
            run = await rig.SubmitAsync(Task(rig, BackgroundUse.Always));
            isKnown.Set();

            RunResult result = await rig.EndAsync(run);

            Assert.Equal(RunStatus.Canceled, result.Status);
            Assert.Equal(["resp-1"], model.Canceled);
        }
    }

    [Theory]
    [InlineData(BackgroundUse.Auto, false, true, false)]
    [InlineData(BackgroundUse.Auto, true, true, true)]
    [InlineData(BackgroundUse.Auto, true, false, false)]
    [InlineData(BackgroundUse.Never, true, true, false)]
    [InlineData(BackgroundUse.Always, false, true, true)]
    public async Task TaskAndModel_SayWhetherItIsInTheBackground(BackgroundUse use, bool thinksLong, bool takesBackground, bool expected)
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("touch done.txt"), Says("done")) { ThinksLong = thinksLong, TakesBackground = takesBackground });

        await rig.RunAsync(Task(rig, use));

        Assert.All(rig.Model.Requests, request => Assert.Equal(expected, request.Background is not null));
    }

    private static AgentTask Task(RunRig rig, BackgroundUse use) => rig.Task(task => task with { Background = use });
}
