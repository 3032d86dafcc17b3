using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Submissions that verification or a person sends back: people are told why, and no later end shows them as accepted.</summary>
public sealed class RejectedSubmissionTests
{
    [Fact]
    public async Task VerificationFails_TimelineAndReportSayWhyAndNameThePaths()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo two > src/app.txt; seq 1 3 > done.log"), Says("done")));
        rig.Snapshots.IsStuck = true;
        string run = await rig.SubmitAsync(rig.Task(task => task with
        {
            AllowedPaths = ["done.*"],
            Success = [new SuccessCriterion("done", "cat done.log; exit 3")],
            Budget = new BudgetTerms { Turns = 2, OnLimit = LimitAction.Stop },
        }));

        RunResult result = await rig.EndAsync(run);

        IReadOnlyList<StoredRunEvent> events = await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None);
        RunEvent rejected = Assert.Single(events, stored => stored.Event.Kind == RunEventKind.Rejected).Event;
        Assert.Equal(("done failed with 3 (3); 1 changed path is out of scope: src/app.txt", "done:\n1\n2\n3"), (rejected.Text, rejected.Details));
        Assert.Equal(["1\n2\n3"], result.Verdict!.Checks.Select(check => check.Tail));
        string report = File.ReadAllText(result.Report!);
        Assert.Contains("done failed with exit code 3. It wrote last:\n\n    1\n    2\n    3\n", report, StringComparison.Ordinal);
        Assert.Contains("Changed outside the allowed paths: `src/app.txt`", report, StringComparison.Ordinal);
        Assert.Contains("Nobody was asked", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SentBackByAPerson_LaterEndShowsNoAcceptedVerdictAndTheReportTellsTheDecision()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(task => task with
        {
            Checkpoints = new CheckpointRules { Final = FinalCheckpoint.Ask },
            Budget = new BudgetTerms { Turns = 2, OnLimit = LimitAction.Stop },
        }));

        await rig.DecideAsync(run, isApproval: false, "Not | like\nthis.");
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.LimitReached, false, 0), (result.Status, result.Verdict!.Accepted, result.Verdict.Checks[0].ExitCode));
        string report = File.ReadAllText(result.Report!);
        Assert.Matches(@"\| \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ \| ben \| denied \| turn 2: Shall this diff land\? .* \| Not \\\| like this. \|", report);
    }

    [Fact]
    public async Task ManyFailures_OnlyTheFirstKeepTheirOutput()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says("done")));

        RunResult result = await rig.RunAsync(rig.Task(task => task with
        {
            Success = [.. Enumerable.Range(1, 5).Select(number => new SuccessCriterion($"c{number}", $"echo {number}; exit 1"))],
            Budget = new BudgetTerms { Turns = 1, OnLimit = LimitAction.Stop },
        }));

        Assert.Equal(["1", "2", "3", null, null], result.Verdict!.Checks.Select(check => check.Tail));
    }
}
