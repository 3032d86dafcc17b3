using System.Text;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Intake.Comments;

/// <summary>
/// What a ticket is told of its run. Nothing that a ticket, a model or a person wrote is in it: names, states, numbers and addresses of our own,
/// so that it mentions nobody, closes nothing and shows no command.
/// </summary>
public static class TicketCommentText
{
    /// <param name="run">How the run stands.</param>
    /// <param name="asked">The approvals that wait for a person.</param>
    /// <param name="pullRequest">Where its changes are; null where there is none.</param>
    /// <param name="server">Where people find the server; null where they don't.</param>
    public static string Of(RunSummary run, IEnumerable<Approval> asked, Uri? pullRequest, Uri? server)
    {
        var text = new StringBuilder($"**Orchestrator** {(run.Result is null ? "works" : "has worked")} on this ticket.\n\n| | |\n|---|---|\n");
        text.Append($"| run | {(server is null ? $"`{run.RunId}`" : $"[{run.RunId}]({server.GetLeftPart(UriPartial.Authority)}/runs/{Uri.EscapeDataString(run.RunId)})")} |\n");
        text.Append($"| state | {StateOf(run, asked)} |\n");
        if (pullRequest is { Scheme: "https" or "http" })
        {
            text.Append($"| pull request | <{pullRequest.AbsoluteUri.Replace("|", "%7C", StringComparison.Ordinal)}> |\n");
        }

        if (run.Result is { } result)
        {
            text.Append($"| turns | {result.Turns} |\n| tool calls | {result.ToolCalls} |\n| cost | {Dollars.Of(result.CostUsd)} |\n");
        }

        return text.ToString();
    }

    private static string StateOf(RunSummary run, IEnumerable<Approval> asked)
    {
        if (run.Result is { } result)
        {
            return result.Status.InWords();
        }

        CheckpointKind[] kinds = [.. asked.Where(one => one.State == ApprovalState.Open).Select(one => one.Kind).Distinct().Order()];
        return kinds.Length > 0 ? $"waits for a person, who is asked about {string.Join(", ", kinds.Select(InWords))}" : run.IsPaused ? "paused" : "running";
    }

    private static string InWords(CheckpointKind kind) => kind switch
    {
        CheckpointKind.Tool => "a tool call",
        CheckpointKind.Budget => "a spent budget",
        CheckpointKind.Final => "the diff",
        CheckpointKind.Compaction => "a conversation that is too long",
        CheckpointKind.Stuck => "a model that goes in circles",
        CheckpointKind.Plan => "the plan",
        CheckpointKind.Landing => "the push",
    };
}
