using Orchestrator.Agent.Intake;

namespace Orchestrator.Cli.Intake;

/// <summary>A delivery as <c>intake --json</c> prints it; nothing of its ticket's text.</summary>
internal sealed record ListedDelivery(
    long Id, string Source, string Tenant, string Team, string SenderId, string Event, DeliveryState State, string? Reason, string? Ticket, DateTimeOffset ReceivedAt, int Attempts, DateTimeOffset? DueAt, string? RunId)
{
    public static ListedDelivery Of(IntakeDelivery one) => new(
        one.Id, one.Source, one.Tenant, one.Team, one.SenderId, one.Event, one.State, one.Reason, one.TicketKey, one.ReceivedAt, one.Attempts,
        one.State == DeliveryState.Queued ? one.DueAt : null, one.RunId);
}

/// <summary>What <c>intake --json</c> prints.</summary>
internal sealed record DeliveryList(IReadOnlyList<ListedDelivery> Deliveries);

/// <summary>What <c>intake retry --json</c> prints.</summary>
internal sealed record RetriedDelivery(long Id);
