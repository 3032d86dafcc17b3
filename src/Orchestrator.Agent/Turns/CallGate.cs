using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>A call that may run, or why it doesn't.</summary>
/// <param name="Intent">What the journal has of it.</param>
/// <param name="Network">The hosts that it may reach.</param>
/// <param name="Refusal">What is said instead of an end; null if it may run.</param>
internal sealed record CallAtGate(EffectRecord Intent, IReadOnlyList<EgressGrant> Network, ToolStep? Refusal);

/// <summary>
/// Lets a tool call start, by what the newest rules say: a ruling that has become stricter, or an approval that doesn't fit any more, is no
/// right to start. What has begun goes on as what it began as.
/// </summary>
public sealed class CallGate(
    IEffectJournal journal, IApprovalStore approvals, ICommandRunner commands, CancelWatch cancel, EgressPolicy egress, RequiredCommands required)
{
    /// <param name="input">By what right it is to run.</param>
    /// <param name="task">The run's task.</param>
    /// <param name="call">What the model asked for.</param>
    /// <param name="tool">The tool's own class of effects.</param>
    /// <param name="known">What the journal has of it; null if it has nothing.</param>
    /// <param name="effectFolder">The effect's folder.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<CallAtGate> PassAsync(
        RunToolInput input, AgentTask task, RequestedCall call, EffectClass tool, EffectRecord? known, string effectFolder, CancellationToken cancellationToken)
    {
        PolicyRuling ruling = CallRuling.Of(new Policy(task.Checkpoints.Tools), call, tool);
        IReadOnlyList<EgressGrant> network = egress.Of(ruling.Network ?? []);
        if (known is not null)
        {
            // It reaches what it began with or nothing, whatever the settings say by now.
            bool isOpen = known.Class == EffectClass.Egress && known.Network == EgressPolicy.Describe(network) && await IsAsApprovedAsync(ruling, network, input, call, cancellationToken);
            return new CallAtGate(known, isOpen ? network : [], null);
        }

        var intent = new EffectRecord
        {
            Effect = input.Effect,
            Tool = call.Tool,
            Class = network.Count > 0 && tool == EffectClass.Contained ? EffectClass.Egress : tool,
            ArgumentsHash = EffectHash.Of(call.Tool, call.Arguments),
            ApprovalId = input.ApprovalId,
            Epoch = Tenure.Current?.Epoch ?? 0,
            Network = EgressPolicy.Describe(network),
        };
        ToolStep? refusal = await RefusalAsync(ruling, network, input, task, call, intent, effectFolder, cancellationToken);
        return new CallAtGate(intent, network, refusal);
    }

    /// <summary>Records the intent, if the call may start now.</summary>
    private async Task<ToolStep?> RefusalAsync(
        PolicyRuling ruling,
        IReadOnlyList<EgressGrant> network,
        RunToolInput input,
        AgentTask task,
        RequestedCall call,
        EffectRecord intent,
        string effectFolder,
        CancellationToken cancellationToken)
    {
        // A journal that lost its power, or is older than the machine's files, doesn't make what has begun a new call.
        bool hasBegun = commands.HasBegun(effectFolder);
        if (!hasBegun)
        {
            if (await cancel.IsCanceledAsync(input.Effect.Run, cancellationToken))
            {
                return new ToolStep(ToolStepState.Canceled, TimeSpan.Zero);
            }

            ruling = await required.JudgeAsync(task, input.Effect, call, intent.Class, ruling, cancellationToken);
        }

        bool mayStart = hasBegun || (!ruling.IsStricterThan(input.Ruling) && await IsAsApprovedAsync(ruling, network, input, call, cancellationToken));
        return mayStart && await journal.BeginAsync(intent, StartOf(input.Effect, call, egress.InWords(ruling.Network)), cancellationToken)
            ? null
            : new ToolStep(ToolStepState.Superseded, TimeSpan.Zero, ruling);
    }

    /// <summary>Nothing that the approval is bound to has changed; true where none is needed.</summary>
    private async Task<bool> IsAsApprovedAsync(
        PolicyRuling ruling, IReadOnlyList<EgressGrant> network, RunToolInput input, RequestedCall call, CancellationToken cancellationToken) =>
        input.ApprovalId is not { } approval
        || (await approvals.FindAsync(approval, cancellationToken))?.Digest
            == CallDigest.Of(input.Effect, call, ruling.PolicyVersion, EgressPolicy.Describe(network));

    private static RunEvent StartOf(EffectId effect, RequestedCall call, string network) =>
        new(RunEventKind.ToolStarted, effect.Turn, $"{call.Tool}: {CallSubject.Of(call.Tool, call.Arguments)}")
        {
            Effect = effect.Folder,
            Details = network.Length > 0 ? network : null,
        };
}
