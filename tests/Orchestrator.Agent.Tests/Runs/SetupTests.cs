using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.TaskHub.Replays;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;
using static Orchestrator.Agent.Tests.Runs.SubAgents.Delegations;

namespace Orchestrator.Agent.Tests.Runs;

public sealed class SetupTests
{
    private static readonly string[] Makes = ["mkdir -p build", "echo made > build/tool.txt"];

    [Fact]
    public async Task LongerThanASlice_TheNextActivityGoesOnFollowing()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("cat build/tool.txt > done.txt"), Says("done")), slice: TimeSpan.FromSeconds(0.2));
        IgnoreBuild(rig);

        string run = await rig.SubmitAsync(rig.Task(task => task with { Setup = ["sleep 1", .. Makes] }));
        RunResult result = await rig.EndAsync(run);

        StoredHistory history = Assert.Single(rig.Histories);
        Assert.Equal((RunStatus.Accepted, null), (result.Status, result.Reason));
        Assert.Equal(["sleep 1", .. Makes, "cat build/tool.txt > done.txt", rig.Task().Success[0].Run], rig.Commands.Started);
        Assert.True(history.Events.Count(happened => happened.TaskScheduled?.Name == "SetUpWorkspace") > 1);
        Assert.Equal(
            [RunEventKind.SetupStarted, RunEventKind.SetupEnded, RunEventKind.SetupStarted, RunEventKind.SetupEnded, RunEventKind.SetupStarted, RunEventKind.SetupEnded],
            (await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None)).Select(told => told.Event.Kind)
                .Where(kind => kind is RunEventKind.SetupStarted or RunEventKind.SetupEnded));
    }

    [Fact]
    public async Task WhatStandsWithoutASetup_IsNotTakenForTheWorkspace()
    {
        const string lay = "stand=$(dirname $(dirname $PWD))/$(basename $(dirname $PWD) .setup-0); mkdir -p $stand/shell; cp -r . $stand/tree";
        await using RunRig rig = await RunRig.StartAsync(new(Bash("cat build/tool.txt > done.txt"), Says("done")));
        IgnoreBuild(rig);

        RunResult result = await rig.EndAsync(await rig.SubmitAsync(rig.Task(task => task with
        {
            Setup = [lay, .. Makes],
            Success = [new SuccessCriterion("made", "grep -q made done.txt && test -f build/tool.txt")],
        })));

        Assert.Equal((RunStatus.Accepted, null), (result.Status, result.Reason));
    }

    [Fact]
    public async Task CommandThatFails_FailsTheRunUnasked()
    {
        await using RunRig rig = await RunRig.StartAsync(new());

        string run = await rig.SubmitAsync(rig.Task(task => task with { Setup = ["echo nothing there; exit 4", "touch never"] }));
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Failed, 0), (result.Status, result.Turns));
        Assert.Contains("'echo nothing there; exit 4' failed with exit code 4", result.Reason, StringComparison.Ordinal);
        Assert.Single(rig.Commands.Started);
        Assert.Empty(rig.Model.Requests);
    }

    [Fact]
    public async Task CanceledDuringTheSetup_CommandIsEndedAndTheModelNotAsked()
    {
        await using RunRig rig = await RunRig.StartAsync(new());
        string run = await rig.SubmitAsync(rig.Task(task => task with { Setup = [HostCommands.NeverEnds] }));
        await Until.TrueAsync(() => rig.Commands.Started.Contains(HostCommands.NeverEnds), "the setup's start");

        await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Canceled, 0), (result.Status, result.Turns));
        Assert.Equal([HostCommands.NeverEnds], rig.Commands.Canceled);
        Assert.Empty(rig.Model.Requests);
    }

    [Fact]
    public async Task CommandThatIsLostEachTime_GivesUpAfterAFewWorkspaces()
    {
        await using RunRig rig = await RunRig.StartAsync(new());

        RunResult result = await rig.EndAsync(await rig.SubmitAsync(rig.Task(task => task with { Setup = ["true", HostCommands.LosesItsSupervisor] })));

        Assert.Equal(RunStatus.Failed, result.Status);
        Assert.Contains("was interrupted each time that it ran (supervisor_lost)", result.Reason, StringComparison.Ordinal);
        Assert.Equal(6, rig.Commands.Started.Count);
    }

    /// <summary>Beneath what the run had changed by then, and as it was before any agent could change it.</summary>
    [Fact]
    public async Task SubAgent_HasWhatTheSetupMadeAndIsVerifiedWithIt()
    {
        const string proof = "test \"$(cat build/tool.txt)\" = made && test -f mine.txt";
        await using RunRig rig = await RunRig.StartAsync(Model(
            [
                Bash("echo mine > mine.txt; rm README.md; echo planted > build/tool.txt"),
                Delegates(new { name = "one", objective = "x", success = new[] { new { name = "proof", run = proof } } }),
                Bash("touch done.txt"),
                Says("done"),
            ],
            _ => [Bash("cat build/tool.txt mine.txt > seen.txt; test ! -e README.md && echo gone >> seen.txt; echo planted > build/tool.txt"), Says("seen")]));
        IgnoreBuild(rig);

        string run = await rig.SubmitAsync(rig.Task(task => task with { Setup = Makes, Success = [.. task.Success, new SuccessCriterion("tool", "grep -q made build/tool.txt")] }));
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, null), (result.Status, result.Reason));
        Assert.Equal("made\nmine\ngone\n", await File.ReadAllTextAsync(Path.Combine(rig.Data.WorkspaceOf(run), "tree", "seen.txt")));
        Assert.Contains("## one: accepted", rig.Observations[1], StringComparison.Ordinal);
        Assert.Equal(2, rig.Commands.Started.Count(script => Makes.Contains(script)));
    }

    /// <summary>A file that the base tracks and the submission deletes is gone from what is verified, also where git ignores its like.</summary>
    [Fact]
    public async Task FileThatTheSubmissionDeletes_IsNotBroughtBackByTheSetup()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("rm -r kept.log src2; ln -s /nowhere src2; touch done.txt"), Says("done")));
        rig.Source.Write("kept.log", "tracked\n");
        rig.Source.Commit();
        rig.Source.Write(".gitignore", "build/\n*.log\n");
        rig.Source.Commit();

        RunResult result = await rig.EndAsync(await rig.SubmitAsync(rig.Task(task => task with
        {
            Setup = [.. Makes, "mkdir -p src2 && echo x > src2/a.log"],
            Success = [new SuccessCriterion("gone", "! test -e kept.log && test -L src2 && test -f build/tool.txt")],
        })));

        Assert.Equal((RunStatus.Accepted, null), (result.Status, result.Reason));
    }

    private static void IgnoreBuild(RunRig rig)
    {
        rig.Source.Write(".gitignore", "build/\n");
        rig.Source.Commit();
    }
}
