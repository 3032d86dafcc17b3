namespace Orchestrator.Agent.Intake;

/// <summary>A delivery as programs see it, at the command line and over HTTP; nothing of its ticket's text.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Source">Its source.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Team">Its team.</param>
/// <param name="SenderId">What the sender calls it.</param>
/// <param name="Event">What it tells of.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why, where that needs a word.</param>
/// <param name="Ticket">The ticket that it asks for a run of; null where it asks for none.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Attempts">How often it was tried to make it a run.</param>
/// <param name="DueAt">When it is tried next; null where it isn't.</param>
/// <param name="RunId">The run that it has become.</param>
public sealed record DeliveryView(
    long Id, string Source, string Tenant, string Team, string SenderId, string Event, DeliveryState State, string? Reason, string? Ticket, DateTimeOffset ReceivedAt, int Attempts, DateTimeOffset? DueAt, string? RunId)
{
    public static DeliveryView Of(IntakeDelivery one) => new(
        one.Id, one.Source, one.Tenant, one.Team, one.SenderId, one.Event, one.State, one.Reason, one.TicketKey, one.ReceivedAt, one.Attempts,
        one.State == DeliveryState.Queued ? one.DueAt : null, one.RunId);
}
