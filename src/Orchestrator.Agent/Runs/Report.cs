using System.Globalization;
using System.Text;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs;

/// <summary>A run's result in Markdown, for whoever has to judge the patch.</summary>
internal static class Report
{
    private const int LongestCell = 500;

    /// <param name="admitted">The task.</param>
    /// <param name="result">How its run ended.</param>
    /// <param name="decided">What people decided on the way, in order.</param>
    /// <param name="happened">What happened on the way, in order.</param>
    /// <param name="compactions">The run's compactions, in order.</param>
    /// <param name="agents">The run's sub-agents, in order.</param>
    /// <param name="cost">What the dollars went to.</param>
    /// <param name="screens">What its screen showed, in order.</param>
    public static string Of(
        AdmittedTask admitted,
        RunResult result,
        IReadOnlyList<Approval> decided,
        IReadOnlyList<StoredRunEvent> happened,
        IReadOnlyList<Compaction> compactions,
        IReadOnlyList<RunSummary> agents,
        CostBreakdown cost,
        IReadOnlyList<ReportScreen> screens)
    {
        var text = new StringBuilder($"# {admitted.Task.Name}: {result.Status.InWords()}\n\n");
        if (result.Reason is not null)
        {
            text.Append($"{result.Reason}\n\n");
        }

        text.Append($"## Task\n\n{admitted.Task.Objective.Trim()}\n\n");
        AppendPlan(text, decided);
        text.Append("## Evidence\n\n");
        AppendEvidence(text, admitted, result.Verdict);
        AppendJudgements(text, happened);
        AppendDecisions(text, decided);
        AppendNetwork(text, happened, result.Turns);
        text.Append(
            $"""

            ## Figures

            | | |
            |---|---|
            | run | {admitted.RunId} |
            | model | {Cell($"{admitted.Model} ({admitted.ModelReason})")} |
            | base commit | {admitted.BaseCommit} |
            | verified tree | {result.Verdict?.Tree ?? "none"} |
            | pushed | {Cell(result.Landing?.InWords ?? "nothing")} |
            | turns | {result.Turns} |
            | tool calls | {result.ToolCalls} |
            | input tokens | {result.Usage.InputTokens} ({result.Usage.CachedInputTokens} cached) |
            | output tokens | {result.Usage.OutputTokens} |
            | cost | {Dollars.Of(result.CostUsd)} |
            | estimate before | {Estimated(result)} |
            | of it compactions | {compactions.Count}, {Dollars.Of(cost.CompactionsUsd)} |
            | of it sub-agents | {agents.Count}, {Dollars.Of(agents.Sum(agent => agent.CostUsd))} |
            | of it lost answers | {result.Lost?.Count ?? 0}, {Dollars.Of(result.Lost?.CostUsd ?? 0)} at most |

            """);
        AppendTools(text, cost);
        AppendAgents(text, agents);
        AppendScreens(text, screens);
        return text.ToString();
    }

    /// <summary>The plan that people approved, word for word.</summary>
    private static void AppendPlan(StringBuilder text, IReadOnlyList<Approval> decided)
    {
        if (decided.LastOrDefault(approval => approval is { Kind: CheckpointKind.Plan, State: ApprovalState.Approved }) is { } planned)
        {
            string edited = planned.Editor is null ? string.Empty : ", as it was edited";
            text.Append($"## Plan\n\nApproved by {Cell(planned.DecidedBy)}{edited}, behind turn {planned.Turn}.\n\n    {planned.Subject.Trim().ReplaceLineEndings("\n    ")}\n\n");
        }
    }

    private static void AppendTools(StringBuilder text, CostBreakdown cost)
    {
        text.Append("\n## Cost by tool\n\nThe cost of an answer is divided among its calls.\n\n| tool | calls | cost |\n|---|---|---|\n");
        foreach (ToolCost tool in cost.Tools)
        {
            text.Append($"| {Cell(tool.Tool)} | {tool.Calls} | {Dollars.Of(tool.CostUsd)} |\n");
        }
    }

    private static void AppendAgents(StringBuilder text, IReadOnlyList<RunSummary> agents)
    {
        if (agents.Count == 0)
        {
            return;
        }

        text.Append("\n## Sub-agents\n\n| run | name | end | turns | cost |\n|---|---|---|---|---|\n");
        foreach (RunSummary agent in agents)
        {
            text.Append($"| {agent.RunId} | {Cell(agent.Name)} | {agent.Status.InWords()} | {agent.Turns} | {Dollars.Of(agent.CostUsd)} |\n");
        }
    }

    private static void AppendScreens(StringBuilder text, IReadOnlyList<ReportScreen> screens)
    {
        if (screens.Count == 0)
        {
            return;
        }

        text.Append("\n## Screens\n\nWhat the screen showed behind each call of the computer tool.\n");
        foreach (ReportScreen screen in screens)
        {
            text.Append($"\nTurn {screen.Turn}, behind these actions:\n\n    {Shortened(screen.Actions).ReplaceLineEndings("\n    ")}\n\n![turn {screen.Turn}]({screen.File})\n");
        }
    }

    private static string Estimated(RunResult result) => result.Estimate is not { } range
        ? "none: the model has no known price"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Dollars.About(range.LeastUsd)} to {Dollars.About(range.MostUsd)}; the cost is {range.ErrorOf(result.CostUsd):+0.0;-0.0;0.0} % beside its middle");

    private static void AppendEvidence(StringBuilder text, AdmittedTask admitted, Verdict? verdict)
    {
        if (verdict is null)
        {
            text.Append("Nothing was submitted, so nothing was verified.\n");
            return;
        }

        text.Append("| criterion | command | exit code |\n|---|---|---|\n");
        foreach (Check check in verdict.Checks)
        {
            string command = admitted.Task.Success.First(criterion => criterion.Name == check.Name).Run;
            text.Append($"| {check.Name} | `{command.Replace("|", "\\|", StringComparison.Ordinal)}` | {check.ExitCode} |\n");
        }

        foreach (Check check in verdict.Checks.Where(check => check.Tail is not null))
        {
            text.Append($"\n{check.Name} failed with exit code {check.ExitCode}. It wrote last:\n\n    {check.Tail!.Replace("\n", "\n    ", StringComparison.Ordinal)}\n");
        }

        foreach (string path in verdict.OutOfScope)
        {
            text.Append($"\nChanged outside the allowed paths: `{path}`\n");
        }

        if (verdict.OutOfScopeCount > verdict.OutOfScope.Count)
        {
            text.Append($"\nand {verdict.OutOfScopeCount - verdict.OutOfScope.Count} more paths outside the allowed ones.\n");
        }

        foreach (string secret in verdict.Secrets ?? [])
        {
            text.Append($"\nLooks like a secret in the diff: `{secret}`\n");
        }
    }

    private static void AppendDecisions(StringBuilder text, IReadOnlyList<Approval> decided)
    {
        text.Append("\n## Decisions of people\n\n");
        if (decided.Count == 0)
        {
            text.Append("Nobody was asked, or nobody answered.\n");
            return;
        }

        text.Append("| when | who | decision | on | reason |\n|---|---|---|---|---|\n");
        foreach (Approval approval in decided)
        {
            string at = approval.DecidedAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ssZ", CultureInfo.InvariantCulture) ?? string.Empty;
            string decision = DecisionWords.Of(approval.State);
            text.Append($"| {at} | {Cell(approval.DecidedBy)} | {decision} | turn {approval.Turn}: {Cell(WhatOf(approval))} | {Cell(approval.Reason)} |\n");
        }
    }

    /// <summary>What commands reached. Before the first turn a setup that failed tells of its output there, too; the result's reason has both.</summary>
    private static void AppendNetwork(StringBuilder text, IReadOnlyList<StoredRunEvent> happened, int turns)
    {
        List<StoredRunEvent> uses = [.. happened.Where(
            one => one.Event is { Kind: RunEventKind.ToolFinished or RunEventKind.SetupEnded, Details: not null } && turns > 0)];
        if (uses.Count == 0)
        {
            return;
        }

        text.Append("\n## Network\n\n| when | turn | command | reached |\n|---|---|---|---|\n");
        foreach (StoredRunEvent one in uses)
        {
            text.Append($"| {one.At:yyyy-MM-dd HH:mm:ss}Z | {one.Event.Turn} | {Cell(one.Event.Text)} | {Cell(one.Event.Details)} |\n");
        }
    }

    private static string WhatOf(Approval approval) => approval.Kind switch
    {
        CheckpointKind.Tool or CheckpointKind.Budget or CheckpointKind.Compaction or CheckpointKind.Stuck or CheckpointKind.Landing => $"{approval.Question} {approval.Subject}",
        CheckpointKind.Final when DroppedParts.TryRead(approval.EditedArguments) is { } dropped => $"{approval.Question} (left out: {string.Join("; ", dropped.InWords())})",
        CheckpointKind.Final or CheckpointKind.Plan => $"{approval.Question} ({approval.Because})",
    };

    private static string Cell(string? text)
    {
        string line = (text ?? string.Empty).ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
        return Shortened(line);
    }

    private static string Shortened(string text) => ShortText.Shortened(text, LongestCell);

    /// <summary>What verification and reviewers found on the way.</summary>
    private static void AppendJudgements(StringBuilder text, IReadOnlyList<StoredRunEvent> happened)
    {
        List<StoredRunEvent> judgements = [.. happened.Where(
            one => one.Event.Kind is RunEventKind.Rejected or RunEventKind.Verified or RunEventKind.Reopened)];
        if (judgements.Count == 0)
        {
            return;
        }

        text.Append("\n## Judgements on the way\n\n| when | turn | what |\n|---|---|---|\n");
        foreach (StoredRunEvent one in judgements)
        {
            text.Append($"| {one.At:yyyy-MM-dd HH:mm:ss}Z | {one.Event.Turn} | {Cell(one.Event.Text)} |\n");
        }
    }
}
