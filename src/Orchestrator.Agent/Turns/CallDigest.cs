using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>What an approval of a tool call is bound to: change any of it, and somebody must be asked again.</summary>
public sealed class CallDigest(IEffectJournal journal, IHostStore hosts, EgressPolicy egress)
{
    /// <summary>Where commands begin, whatever the machine.</summary>
    private const string WorkingDirectory = "/workspace";

    /// <param name="task">The run's task.</param>
    /// <param name="effect">The call.</param>
    /// <param name="first">The first of the calls that are asked together; those between are decided by the same people, one by one.</param>
    /// <param name="call">What would run, byte for byte.</param>
    /// <param name="tool">The tool's own class of effects.</param>
    /// <param name="ruling">What the policy says of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<string> OfAsync(
        AdmittedTask task, EffectId effect, int first, RequestedCall call, EffectClass tool, PolicyRuling ruling, CancellationToken cancellationToken)
    {
        IReadOnlyList<EgressGrant> network = egress.Of(ruling.Network ?? []);
        long epoch = (await hosts.FindAsync(effect.Run, cancellationToken))?.Epoch ?? 0;
        string? head = await journal.FindSnapshotBeforeAsync(effect with { Call = first }, cancellationToken);
        return EffectHash.Of(
            effect.ToString(), call.Tool, call.Arguments, WorkingDirectory, $"{effect.Run}@{epoch}", head ?? string.Empty,
            ClassOf(tool, network).ToString(), EgressPolicy.Describe(network) ?? string.Empty, ruling.PolicyVersion, task.Tenant);
    }

    /// <summary>What runs in the sandbox is of another class where it reaches out of it.</summary>
    internal static EffectClass ClassOf(EffectClass tool, IReadOnlyList<EgressGrant> network) =>
        network.Count > 0 && tool == EffectClass.Contained ? EffectClass.Egress : tool;
}
