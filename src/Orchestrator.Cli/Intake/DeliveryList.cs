using Orchestrator.Agent.Intake;

namespace Orchestrator.Cli.Intake;

/// <summary>What <c>intake --json</c> prints.</summary>
internal sealed record DeliveryList(IReadOnlyList<DeliveryView> Deliveries);

/// <summary>What <c>intake retry --json</c> prints.</summary>
internal sealed record RetriedDelivery(long Id);
