using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Intake.Comments;

/// <summary>
/// What a ticket is told of its run. Nothing that a ticket, a model or a person wrote is in it: names, states, numbers and addresses of our own,
/// so that it mentions nobody, closes nothing and shows no command.
/// </summary>
/// <param name="IsOver">Whether the run has ended.</param>
/// <param name="Lines">How it stands, in their order.</param>
public sealed record TicketStatus(bool IsOver, IReadOnlyList<TicketLine> Lines)
{
    /// <param name="run">How the run stands.</param>
    /// <param name="asked">The approvals that wait for a person.</param>
    /// <param name="pullRequest">Where its changes are; null where there is none.</param>
    /// <param name="server">Where people find the server; null where they don't.</param>
    /// <param name="isUnmoved">The ticket could not be put into the state that settings name.</param>
    public static TicketStatus Of(RunSummary run, IEnumerable<Approval> asked, Uri? pullRequest, Uri? server, bool isUnmoved = false)
    {
        List<TicketLine> lines =
        [
            new TicketLine.Named("run", run.RunId, server is null ? null : new Uri($"{server.GetLeftPart(UriPartial.Authority)}/runs/{Uri.EscapeDataString(run.RunId)}")),
            new TicketLine.Words("state", StateOf(run, asked)),
        ];
        if (pullRequest is { Scheme: "https" or "http" })
        {
            lines.Add(new TicketLine.Address("pull request", pullRequest));
        }

        if (isUnmoved)
        {
            lines.Add(new TicketLine.Words("ticket", "it could not be moved on; who runs Orchestrator sees why"));
        }

        if (run.Result is { } result)
        {
            lines.AddRange(
                new TicketLine.Words("turns", $"{result.Turns}"), new TicketLine.Words("tool calls", $"{result.ToolCalls}"), new TicketLine.Words("cost", Dollars.Of(result.CostUsd)));
        }

        return new TicketStatus(run.Result is not null, lines);
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

/// <summary>One line of it.</summary>
/// <param name="Name">What it says something about.</param>
public abstract record TicketLine(string Name)
{
    /// <summary>Words, without a letter that any markup reads.</summary>
    public sealed record Words(string Name, string Text) : TicketLine(Name);

    /// <summary>The name of something, with its page if that is known.</summary>
    public sealed record Named(string Name, string Called, Uri? Page) : TicketLine(Name);

    /// <summary>Where something is.</summary>
    public sealed record Address(string Name, Uri Page) : TicketLine(Name);
}
