using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Replay;

/// <summary>What came of one turn.</summary>
/// <param name="Actions">What the orchestrator asks for now.</param>
/// <param name="CustomStatus">Its own status after the turn, serialized; null for none.</param>
internal sealed record OrchestratorTurn(IReadOnlyList<Wire.OrchestratorAction> Actions, string? CustomStatus);
