using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs.Landings;

/// <summary>What was verified and accepted is pushed as a branch: exactly that, once, and never over what others have put there.</summary>
public sealed class BranchLandingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Accepted_TheVerifiedTreeIsABranchNamedByTheRun()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"));
        BareRemote remote = RemoteOf(rig);

        string run = await rig.SubmitAsync(rig.Task(Unasked));
        RunResult result = await rig.EndAsync(run);

        string branch = $"orchestrator/{run}";
        Assert.Equal((RunStatus.Accepted, null), (result.Status, result.Reason));
        Assert.Equal((remote.Path, branch, "main", remote.Find(branch)), (result.Landing!.Remote, result.Landing.Branch, result.Landing.Base, result.Landing.Commit));
        Assert.Equal(["main", branch], remote.Branches.Order(StringComparer.Ordinal));
        Assert.Equal((result.Verdict!.Tree, "yes\n", 2), (remote.TreeOf(branch), remote.Show(branch, "done.txt"), remote.Commits(branch)));
        Assert.Equal(
            $"Write done.txt.\n\nOrchestrator-Run: {run}\nOrchestrator-Verified-Tree: {result.Verdict.Tree}\nOrchestrator-Check: done (exit code 0)", remote.Message(branch));
        Assert.True(File.Exists(result.Patch));
        Assert.Contains(await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None), one => one.Event.Kind == RunEventKind.Pushed);
        AuditEntry audited = Assert.Single(await rig.Service<IAuditStore>().ReadAsync(0, run, 100, CancellationToken.None), entry => entry.Act.Kind == AuditKind.ChangesPushed);
        Assert.Equal(result.Landing.InWords, audited.Act.Details);
    }

    [Fact]
    public async Task AgentsOwnCommits_GiveTheMessageButNotTheEvidence()
    {
        await using RunRig rig = await StartAsync(
            Bash("echo yes > done.txt; git add -A; git -c core.hooksPath=/dev/null commit -qm 'Add the file' -m 'Orchestrator-Check: forged (exit code 0)'"), Says("done"));
        BareRemote remote = RemoteOf(rig);

        string run = await rig.SubmitAsync(rig.Task(Unasked));
        await rig.EndAsync(run);

        string message = remote.Message($"orchestrator/{run}");
        Assert.StartsWith($"Add the file\n\nOrchestrator-Run: {run}\n", message, StringComparison.Ordinal);
        Assert.DoesNotContain("forged", message, StringComparison.Ordinal);
    }

    /// <summary>Nothing is pushed before a person has seen remote, branch, base, commits, files and words.</summary>
    [Fact]
    public async Task Asked_ShowsExactlyWhatIsPushedAndWaits()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"));
        BareRemote remote = RemoteOf(rig);
        string run = await rig.SubmitAsync(rig.Task(Asked));

        Approval asked = await rig.OpenApprovalAsync(run);
        string? before = remote.Find($"orchestrator/{run}");
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((CheckpointKind.Landing, $"{run}.landing2", null), (asked.Kind, asked.Id, before));
        foreach (string shown in (string[])[$"push to  {remote.Path}\n", $"branch   orchestrator/{run}, new\n", "base     main at ", "the commits follow it", result.Landing!.Commit, "1 commit that the remote does not have", "done.txt", "Orchestrator-Check: done (exit code 0)"])
        {
            Assert.Contains(shown, asked.Subject, StringComparison.Ordinal);
        }

        Assert.Equal(result.Landing.Commit, remote.Find($"orchestrator/{run}"));
    }

    [Fact]
    public async Task Denied_NothingIsPushedAndThePatchIsKept()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"));
        BareRemote remote = RemoteOf(rig);
        string run = await rig.SubmitAsync(rig.Task(Asked));

        await rig.DecideAsync(run, isApproval: false, "not there");
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Rejected, null), (result.Status, result.Landing));
        Assert.Equal(["main"], remote.Branches);
        Assert.Contains("+yes", File.ReadAllText(result.Patch!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangesRequested_TheModelWorksOnAndTheNextDiffIsPushed()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"), Bash("echo better > done.txt"), Says("done again"));
        BareRemote remote = RemoteOf(rig);
        string run = await rig.SubmitAsync(rig.Task(Asked));

        await rig.AnswerAsync(await rig.OpenApprovalAsync(run), new Answer.RequestChanges("Make it better."));
        Approval second = await Until.SetAsync(async () => await rig.Approvals.FindAsync($"{run}.landing4", CancellationToken.None), "the second question");
        string told = Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[2].Prompt[^1]).Text;
        await rig.AnswerAsync(second, new Answer.Approve());
        RunResult result = await rig.EndAsync(run);

        Assert.Contains("Make it better.", told, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Accepted, "better\n"), (result.Status, remote.Show($"orchestrator/{run}", "done.txt")));
    }

    /// <summary>The remote's own rules turn it away: a person mends that and has it tried again.</summary>
    [Fact]
    public async Task PushThatIsRefused_WaitsForAPersonAndIsTriedAgain()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"));
        BareRemote remote = RemoteOf(rig);
        remote.Close("this repository is frozen");
        string run = await rig.SubmitAsync(rig.Task(Unasked));

        Approval asked = await rig.OpenApprovalAsync(run);
        remote.Open();
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((CheckpointKind.Landing, $"{run}.landing2f"), (asked.Kind, asked.Id));
        Assert.Contains("this repository is frozen", asked.Subject, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Accepted, result.Landing!.Commit), (result.Status, remote.Find($"orchestrator/{run}")));
    }

    [Fact]
    public async Task PushThatIsRefused_GivenUp_FailsWithThePatch()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"));
        BareRemote remote = RemoteOf(rig);
        remote.Close("this repository is frozen");
        string run = await rig.SubmitAsync(rig.Task(Unasked));

        await rig.DecideAsync(run, isApproval: false, "leave it");
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Failed, null), (result.Status, result.Landing));
        Assert.Contains("this repository is frozen", result.Reason, StringComparison.Ordinal);
        Assert.Contains("+yes", File.ReadAllText(result.Patch!), StringComparison.Ordinal);
    }

    /// <summary>A branch that somebody else has made is left alone, whatever it is called.</summary>
    [Fact]
    public async Task BranchOfSomebodyElse_IsNotTouched()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"));
        BareRemote remote = RemoteOf(rig);
        string theirs = remote.Move("main");
        string run = await rig.SubmitAsync(rig.Task(task => Unasked(task) with { Land = new LandTerms { Kind = LandKind.Branch, Branch = "main" } }));

        Approval asked = await rig.OpenApprovalAsync(run);
        await rig.DecideAsync(run, isApproval: false, "leave it");
        await rig.EndAsync(run);

        Assert.Contains($"The branch main is at {theirs[..12]}", asked.Subject, StringComparison.Ordinal);
        Assert.Equal(theirs, remote.Find("main"));
    }

    /// <summary>It moves between the look and the push: the lease holds.</summary>
    [Fact]
    public async Task BranchThatMovesWhileAPersonLooks_IsNotTouched()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"));
        BareRemote remote = RemoteOf(rig);
        string run = await rig.SubmitAsync(rig.Task(task => Asked(task) with { Land = new LandTerms { Kind = LandKind.Branch, Branch = "main" } }));

        Approval asked = await rig.OpenApprovalAsync(run);
        string theirs = remote.Move("main");
        await rig.AnswerAsync(asked, new Answer.Approve());
        Approval failed = await Until.SetAsync(async () => await rig.Approvals.FindAsync($"{run}.landing2f", CancellationToken.None), "the question about what is in the way");
        await rig.AnswerAsync(failed, new Answer.Deny("leave it"));
        RunResult result = await rig.EndAsync(run);

        Assert.Contains("somebody else has moved it", failed.Subject, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Failed, theirs), (result.Status, remote.Find("main")));
    }

    [Fact]
    public async Task BaseThatMoved_IsSaidWithWhatIsInTheWayOfAMerge()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"));
        BareRemote remote = RemoteOf(rig);
        remote.Move("main", "done.txt");
        string run = await rig.SubmitAsync(rig.Task(Asked));

        Approval asked = await rig.OpenApprovalAsync(run);
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Contains("it has moved by 1 commit since the run began; a merge finds conflicts in done.txt", asked.Subject, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Accepted, result.Status);
    }

    /// <summary>Killed behind the plan, and between the push and the record of it: the second attempts find the same commit.</summary>
    [Fact]
    public async Task StepsWhoseResultsAreLost_PushTheSameCommitOnce()
    {
        var losses = new LostResults();
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo yes > done.txt"), Says("done")), change: losses.AddTo);
        BareRemote remote = RemoteOf(rig);

        string run = await rig.SubmitAsync(rig.Task(Unasked));
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((2, 2), losses.Attempts);
        Assert.Equal((RunStatus.Accepted, result.Landing!.Commit, 2), (result.Status, remote.Find($"orchestrator/{run}"), remote.Commits($"orchestrator/{run}")));
        Assert.Equal(2, remote.Branches.Count);
    }

    [Fact]
    public async Task RestartWhileAPersonLooks_PushesWhatWasShown()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"));
        BareRemote remote = RemoteOf(rig);
        string run = await rig.SubmitAsync(rig.Task(Asked));
        Approval asked = await rig.OpenApprovalAsync(run);

        await rig.RestartAsync();
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Contains(result.Landing!.Commit, asked.Subject, StringComparison.Ordinal);
        Assert.Equal(result.Landing.Commit, remote.Find($"orchestrator/{run}"));
    }

    [Fact]
    public async Task NothingChanged_NothingIsPushed()
    {
        await using RunRig rig = await StartAsync(Says("done"));
        BareRemote remote = RemoteOf(rig);

        RunResult result = await rig.RunAsync(rig.Task(task => Unasked(task) with { Success = [new SuccessCriterion("there", "test -f README.md")] }));

        Assert.Equal((RunStatus.Accepted, null), (result.Status, result.Landing));
        Assert.Equal(["main"], remote.Branches);
    }

    [Fact]
    public async Task CanceledWhileAPersonLooks_NothingIsPushed()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"));
        BareRemote remote = RemoteOf(rig);
        string run = await rig.SubmitAsync(rig.Task(Asked));
        await rig.OpenApprovalAsync(run);

        await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Canceled, 1), (result.Status, remote.Branches.Count));
    }

    private static Task<RunRig> StartAsync(params Func<ModelReply>[] answers) => RunRig.StartAsync(new(answers), test: nameof(BranchLandingTests));

    private BareRemote RemoteOf(RunRig rig) => BareRemote.Of(rig.Source, _folder.At("remote.git"));

    private static AgentTask Asked(AgentTask task) => task with { Land = new LandTerms { Kind = LandKind.Branch } };

    private static AgentTask Unasked(AgentTask task) =>
        Asked(task) with { Checkpoints = task.Checkpoints with { Landing = LandingCheckpoint.Auto } };
}
