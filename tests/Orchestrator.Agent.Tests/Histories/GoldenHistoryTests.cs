using Orchestrator.Protocol;
using Orchestrator.TaskHub.Replays;

namespace Orchestrator.Agent.Tests.Histories;

/// <summary>What earlier builds have stored must replay on this one, at every turn.</summary>
public sealed class GoldenHistoryTests
{
    private const int Fewest = 200;

    [Fact]
    public async Task EveryGoldenHistory_ReplaysAsRecordedAtEveryTurn()
    {
        await using ReplayingWorker worker = await ReplayingWorker.StartAsync();
        List<string> differences = [];
        int histories = 0;
        int turns = 0;

        foreach ((string name, StoredHistory history) in GoldenHistories.Read())
        {
            ReplayResult result = await worker.ReplayAsync(history);
            histories++;
            turns += result.Turns;
            differences.AddRange(result.Difference is { } difference ? [$"{name}: {difference}"] : []);
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
        Assert.True(histories >= Fewest && turns > histories, $"{histories} histories, {turns} turns");
    }

    /// <summary>So that the number means something: every kind of end and of wait is among them.</summary>
    [Fact]
    public void GoldenHistories_HoldWhatRunsMeet()
    {
        List<HistoryEvent> events = [.. GoldenHistories.Read().SelectMany(golden => golden.History.Events)];
        HashSet<string> activities = [.. events.Select(happened => happened.TaskScheduled?.Name).OfType<string>()];
        HashSet<string> starts = [.. events.Select(happened => happened.ExecutionStarted?.Name).OfType<string>()];
        HashSet<HistoryEvent.EventTypeOneofCase> kinds = [.. events.Select(happened => happened.EventTypeCase)];

        Assert.Equal(["ApprovalOrchestrator", "RunOrchestrator"], starts.Order(StringComparer.Ordinal));
        Assert.Superset(
            new HashSet<string>
            {
                "PrepareWorkspace", "AskModel", "RunTool", "RefuseTool", "OpenToolApproval", "OpenBudgetApproval", "OpenFinalApproval",
                "ReadDecision", "TellReview", "VerifyRun", "FinishRun", "CompactTranscript", "OpenCompactionApproval", "OpenPlanApproval", "TellPlan", "LeaveOut",
                "PlanLanding", "OpenLandingApproval", "PushBranch", "OpenPullRequest", "LookAtChecks", "TellChecks", "OpenFailedLanding",
            },
            activities);
        Assert.Superset(
            new HashSet<HistoryEvent.EventTypeOneofCase>
            {
                HistoryEvent.EventTypeOneofCase.ContinueAsNew, HistoryEvent.EventTypeOneofCase.ExecutionCompleted,
                HistoryEvent.EventTypeOneofCase.TimerFired, HistoryEvent.EventTypeOneofCase.EventRaised,
                HistoryEvent.EventTypeOneofCase.TaskFailed, HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceCompleted,
            },
            kinds);
    }
}
