using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>Has the sub-agents that a call started work to their ends.</summary>
/// <param name="call">The call that started them.</param>
/// <returns>Dollars that they spent.</returns>
public delegate Task<decimal> Delegation(EffectId call);
