using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>What becomes of a call whose run another host has taken over.</summary>
internal static class HostLoss
{
    /// <param name="call">The call, as it would run now.</param>
    /// <param name="known">What the journal has of it; null if it hasn't begun.</param>
    /// <param name="tenure">The one in which it would run; null where nobody holds workspaces.</param>
    /// <returns>Its outcome; null if it may run.</returns>
    public static ToolOutcome? OutcomeOf(EffectRecord call, EffectRecord? known, Tenure? tenure)
    {
        if (tenure is not { Restored: { } restored })
        {
            return null;
        }

        // Nobody can ask the host that is lost whether the command was started. What writes files itself begins anew on the files of before.
        bool wasBegunThere = known?.Epoch < tenure.Epoch && call.Class is EffectClass.Contained or EffectClass.Egress or EffectClass.External;
        string lost = tenure.LostCalls == 0 ? string.Empty : $" What the {tenure.LostCalls} calls after that changed is gone, too: no snapshot could be taken of it.";
        if (wasBegunThere)
        {
            return new ToolOutcome.HostLost($"{restored}.{lost}".TrimEnd('.'));
        }

        return tenure.LostCalls > 0
            ? new ToolOutcome.NeverStarted($"host_lost: the machine that had the workspace was lost, and the files were restored to {restored}.{lost} Look at them, and ask for the call again.")
            : null;
    }
}
