using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Runs that go on after their provider had failed them.</summary>
public sealed class ReopenedRunTests
{
    [Theory]
    [InlineData(ProviderFailure.RateLimited, true)]
    [InlineData(ProviderFailure.Overloaded, true)]
    [InlineData(ProviderFailure.Unreachable, true)]
    [InlineData(ProviderFailure.Unauthorized, true)]
    [InlineData(ProviderFailure.QuotaSpent, true)]
    [InlineData(ProviderFailure.Misconfigured, true)]
    [InlineData(ProviderFailure.Refused, false)]
    [InlineData(ProviderFailure.ContextTooLong, false)]
    public async Task ProviderFailed_CanResumeUnlessTheSameRequestWouldFailAgain(ProviderFailure failure, bool canResume)
    {
        await using RunRig rig = await RunRig.StartAsync(new(Fails(failure, "no")));

        RunResult result = await rig.RunAsync();

        Assert.Equal((RunStatus.Failed, canResume), (result.Status, result.CanResume));
    }

    [Fact]
    public async Task QuotaSpent_AlarmsKeepsTheWorkAndGoesOnAtTheSameStep()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("echo half > half.txt"), Fails(ProviderFailure.QuotaSpent, "No credit."), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync();
        RunResult parked = await rig.EndAsync(run);

        await rig.Runs.ReopenAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Failed, true, true), (parked.Status, parked.CanResume, parked.IsEnvironmentFault));
        Assert.Contains("half.txt", await File.ReadAllTextAsync(parked.Patch!), StringComparison.Ordinal);
        StoredRunEvent alarm = Assert.Single(
            await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None), told => told.Event.Kind == RunEventKind.QuotaSpent);
        Assert.Equal((2, "No credit."), (alarm.Event.Turn, alarm.Event.Text));
        Assert.Equal((RunStatus.Accepted, 3), (result.Status, result.Turns));
    }

    [Fact]
    public async Task Reopened_KeepsCountersBudgetAndTranscript()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("touch half.txt"), Fails(ProviderFailure.Overloaded, "no"), Bash("touch done.txt"), Says("done")) { Price = 1000 });
        string run = await rig.SubmitAsync(rig.Task(task => task with { Budget = new BudgetTerms { Usd = 5, Turns = 3, OnLimit = LimitAction.Stop } }));
        RunResult failed = await rig.EndAsync(run);

        await rig.Runs.ReopenAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Failed, 1), (failed.Status, failed.Turns));
        Assert.Equal((RunStatus.Accepted, 3, 2, 3m), (result.Status, result.Turns, result.ToolCalls, result.CostUsd));
        Assert.Equal(["touch half.txt", "touch done.txt"], rig.Commands.Started.Take(2));
    }

    /// <summary>A process may die after it has stored a run's end and before the orchestration's own; that end then comes late.</summary>
    [Fact]
    public async Task ReopenedBeforeItsOrchestrationHasEnded_WaitsForThatAndGoesOn()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("until [ -e ../../../go ]; do sleep 0.1; done; touch done.txt"), Fails(ProviderFailure.Overloaded, "late"), Says("done")));
        string run = await rig.SubmitAsync();
        await Until.TrueAsync(() => rig.Commands.Started.Count > 0, "the command");
        AgentTask task = rig.Task();
        var state = new RunState
        {
            RunId = run,
            Model = "scripted",
            Final = FinalCheckpoint.Auto,
            Budget = Budget.Of(task.Budget, isPriced: false),
            IsPrepared = true,
            Reopenings = 1,
        };
        var failed = new RunResult { Status = RunStatus.Failed, CanResume = true, Turns = 1, ToolCalls = 0, Usage = TokenUsage.None, CostUsd = 0 };
        await rig.Runs.FinishAsync(run, 0, failed, state, new RunEvent(RunEventKind.Finished, 1, "failed"), CancellationToken.None);

        await rig.Runs.ReopenAsync(run, "anna", CancellationToken.None);
        await rig.RestartAsync();
        await File.WriteAllTextAsync(Path.Combine(rig.Data.Root, "go"), string.Empty);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 3), (result.Status, rig.Model.Requests.Count));
        Assert.Single(rig.Commands.Started, script => script.EndsWith("touch done.txt", StringComparison.Ordinal));
    }
}
