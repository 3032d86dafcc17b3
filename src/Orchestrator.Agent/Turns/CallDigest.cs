using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>What an approval of a tool call is bound to: change any of it, and somebody must be asked again.</summary>
internal static class CallDigest
{
    /// <param name="network">What the call may reach through the network, described; null for nothing.</param>
    public static string Of(EffectId effect, RequestedCall call, string policyVersion, string? network) =>
        network is null
            ? EffectHash.Of(effect.ToString(), call.Tool, call.Arguments, policyVersion)
            : EffectHash.Of(effect.ToString(), call.Tool, call.Arguments, policyVersion, network);
}
