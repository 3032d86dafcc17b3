using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake;

/// <summary>What a delivery asks for: a run of a ticket.</summary>
public sealed record Wish
{
    public required Ticket Ticket { get; init; }

    /// <summary>What the ticket says below its title, up to <see cref="TicketText.Longest"/> characters and one more, if there are more.</summary>
    public required string Text { get; init; }

    /// <summary>Who asks, as the ticket system names them.</summary>
    public required string AskedBy { get; init; }

    /// <summary>Who asks, as runs know people.</summary>
    public required string Requester { get; init; }

    /// <summary>What asks: <c>label:NAME</c>, <c>comment:ID</c>, <c>revision:N</c>.</summary>
    public required string Trigger { get; init; }

    /// <summary>The ticket, whatever its revision; unique in its source.</summary>
    public string TicketKey => $"{Ticket.Repository}#{Ticket.Number}";

    /// <summary>There is one run of this.</summary>
    public string BusinessKey => $"{TicketKey} {Trigger}";
}
