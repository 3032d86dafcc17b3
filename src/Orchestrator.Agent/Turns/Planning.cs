using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>What a model may do while its plan is not approved: look, and nothing else.</summary>
internal static class Planning
{
    /// <summary>Names the ruling on a call that would change something.</summary>
    public const string Rule = "checkpoints.plan";

    public static bool Allows(RequestedCall call, EffectClass effect) => effect == EffectClass.Pure || CallSubject.IsView(call.Tool, call.Arguments);
}
