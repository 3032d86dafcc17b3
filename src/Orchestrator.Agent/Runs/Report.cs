using System.Text;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs;

/// <summary>A run's result in Markdown, for whoever has to judge the patch.</summary>
internal static class Report
{
    public static string Of(AdmittedTask admitted, RunResult result, IReadOnlyList<StoredRunEvent> happened)
    {
        var text = new StringBuilder($"# {admitted.Task.Name}: {result.Status.InWords()}\n\n");
        if (result.Reason is not null)
        {
            text.Append($"{result.Reason}\n\n");
        }

        text.Append($"## Task\n\n{admitted.Task.Objective.Trim()}\n\n## Evidence\n\n");
        if (result.Verdict is null)
        {
            text.Append("Nothing was submitted, so nothing was verified.\n");
        }
        else
        {
            text.Append("| criterion | command | exit code |\n|---|---|---|\n");
            foreach (Check check in result.Verdict.Checks)
            {
                string command = admitted.Task.Success.First(criterion => criterion.Name == check.Name).Run;
                text.Append($"| {check.Name} | `{command.Replace("|", "\\|", StringComparison.Ordinal)}` | {check.ExitCode} |\n");
            }

            foreach (string path in result.Verdict.OutOfScope)
            {
                text.Append($"\nChanged outside the allowed paths: `{path}`\n");
            }
        }

        AppendJudgements(text, happened);
        text.Append(
            $"""

            ## Figures

            | | |
            |---|---|
            | run | {admitted.RunId} |
            | model | {admitted.Model} ({admitted.ModelReason}) |
            | base commit | {admitted.BaseCommit} |
            | verified tree | {result.Verdict?.Tree ?? "none"} |
            | turns | {result.Turns} |
            | tool calls | {result.ToolCalls} |
            | input tokens | {result.Usage.InputTokens} ({result.Usage.CachedInputTokens} cached) |
            | output tokens | {result.Usage.OutputTokens} |
            | cost | ${result.CostUsd:0.0000} |

            """);
        return text.ToString();
    }

    /// <summary>What people decided and verification found on the way, with their reasons.</summary>
    private static void AppendJudgements(StringBuilder text, IReadOnlyList<StoredRunEvent> happened)
    {
        List<StoredRunEvent> judgements = [.. happened.Where(
            one => one.Event.Kind is RunEventKind.Rejected or RunEventKind.Verified or RunEventKind.Decided or RunEventKind.Reopened)];
        if (judgements.Count == 0)
        {
            return;
        }

        text.Append("\n## Judgements on the way\n\n| when | turn | what |\n|---|---|---|\n");
        foreach (StoredRunEvent one in judgements)
        {
            string what = one.Event.Text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
            text.Append($"| {one.At:yyyy-MM-dd HH:mm:ss}Z | {one.Event.Turn} | {what} |\n");
        }
    }
}
