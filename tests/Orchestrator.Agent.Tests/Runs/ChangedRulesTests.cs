using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>The rules change while a person is asked about a call: what was approved under the old ones does not start.</summary>
public sealed class ChangedRulesTests
{
    private const string Command = "echo x >> done.txt";

    private static readonly ToolRule Asks = new("bash", "echo x*", Ruling.Ask);

    [Fact]
    public async Task StillAsks_ApprovalIsSupersededByANewOne()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Command), Says("done")));
        string run = await rig.SubmitAsync(WithAQuestion(rig));
        Approval first = await rig.OpenApprovalAsync(run);

        await rig.ChangeRulesAsync(run, new ToolRule("bash", "curl*", Ruling.Deny), Asks);
        await rig.DecideAsync(run, isApproval: true);
        Approval second = await Until.SetAsync(
            async () => (await rig.Approvals.ListOpenAsync(run, CancellationToken.None)).SingleOrDefault(open => open.Id != first.Id), "a second question");
        Assert.DoesNotContain(Command, rig.Commands.Started);
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((first.Id + "r1", Command, "rule checkpoints.tools[1]"), (second.Id, second.Subject, second.Because));
        Assert.NotEqual(first.Digest, second.Digest);
        Assert.Equal((RunStatus.Accepted, 1), (result.Status, result.ToolCalls));
        Assert.Single(rig.Commands.Started, Command);
    }

    [Fact]
    public async Task NowDenied_ApprovedCallIsRefused()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Command), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(WithAQuestion(rig));
        await rig.OpenApprovalAsync(run);

        await rig.ChangeRulesAsync(run, Asks with { Ruling = Ruling.Deny });
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Contains("The rule checkpoints.tools[0] of this task forbids this call", rig.Observations[0], StringComparison.Ordinal);
        Assert.DoesNotContain(Command, rig.Commands.Started);
        Assert.Equal((RunStatus.Accepted, 2), (result.Status, result.ToolCalls));
    }

    /// <summary>The power took the journal's note of a call that runs, and the rules have become stricter: it has begun, and nobody is asked once more.</summary>
    [Fact]
    public async Task JournalForgotACallThatRuns_ItGoesOn()
    {
        const string waits = "while [ ! -e go ]; do sleep 0.01; done; echo x >> done.txt";
        await using RunRig rig = await RunRig.StartAsync(new(Bash(waits), Says("done")), slice: TimeSpan.FromMilliseconds(100));
        string run = await rig.SubmitAsync(rig.Task());
        await Until.TrueAsync(() => rig.Commands.StillRunning.Count > 0, "the command runs");

        await rig.ChangeRulesAsync(run, new ToolRule("bash", "while*", Ruling.Deny));
        await rig.ChangeRowAsync("DELETE FROM effects WHERE run_id = $run AND state <> $value", run, "Finished");
        int followed = rig.Commands.StillRunning.Count;
        await Until.TrueAsync(() => rig.Commands.StillRunning.Count > followed + 1, "it is followed once more");
        await File.WriteAllTextAsync(Path.Combine(rig.Data.WorkspaceOf(run), "tree", "go"), string.Empty);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 1), (result.Status, result.ToolCalls));
        Assert.Single(rig.Commands.Started, waits);
    }

    private static AgentTask WithAQuestion(RunRig rig) =>
        rig.Task(task => task with { Checkpoints = task.Checkpoints with { Tools = [Asks] } });
}
