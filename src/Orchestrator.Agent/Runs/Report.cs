using System.Text;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs;

/// <summary>A run's result in Markdown, for whoever has to judge the patch.</summary>
internal static class Report
{
    public static string Of(AdmittedTask admitted, RunResult result)
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
}
