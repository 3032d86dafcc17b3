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

/// <summary>A call that asks to start.</summary>
/// <param name="Input">By what right it is to run.</param>
/// <param name="Task">The run's task.</param>
/// <param name="Call">What the model asked for.</param>
/// <param name="Tool">The tool's own class of effects.</param>
/// <param name="EffectFolder">The effect's folder.</param>
internal sealed record CallBeforeGate(RunToolInput Input, AdmittedTask Task, RequestedCall Call, EffectClass Tool, string EffectFolder);

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
    IEffectJournal journal, IApprovalStore approvals, ICommandRunner commands, CancelWatch cancel, EgressPolicy egress, RequiredCommands required, CallDigest digest, CallJudge judge)
{
    /// <param name="asked">The call.</param>
    /// <param name="known">What the journal has of it; null if it has nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<CallAtGate> PassAsync(CallBeforeGate asked, EffectRecord? known, CancellationToken cancellationToken)
    {
        StandingRules rules = await judge.FindAsync(asked.Task, cancellationToken);

        // What a person was asked about is asked about again, whatever was allowed for later meanwhile.
        PolicyRuling ruling = rules.Judge(asked.Call, asked.Tool, asked.Input.LeftUsd, asks: asked.Input.ApprovalId is not null);
        IReadOnlyList<EgressGrant> network = egress.Of(ruling.Network ?? []);
        if (known is not null)
        {
            // It reaches what it began with or nothing, whatever the settings say by now.
            bool isOpen = known.Class == EffectClass.Egress
                && known.Network == EgressPolicy.Describe(network)
                && await IsAsApprovedAsync(asked, ruling, cancellationToken);
            return new CallAtGate(known, isOpen ? network : [], null);
        }

        var intent = new EffectRecord
        {
            Effect = asked.Input.Effect,
            Tool = asked.Call.Tool,
            Class = CallDigest.ClassOf(asked.Tool, network),
            ArgumentsHash = EffectHash.Of(asked.Call.Tool, asked.Call.Arguments),
            ApprovalId = asked.Input.ApprovalId,
            AlwaysRule = ruling.AlwaysRule,
            Epoch = Tenure.Current?.Epoch ?? 0,
            Network = EgressPolicy.Describe(network),
        };
        return new CallAtGate(intent, network, await RefusalAsync(asked, ruling, intent, cancellationToken));
    }

    /// <summary>Records the intent, if the call may start now.</summary>
    private async Task<ToolStep?> RefusalAsync(CallBeforeGate asked, PolicyRuling ruling, EffectRecord intent, CancellationToken cancellationToken)
    {
        // A journal that lost its power, or is older than the machine's files, doesn't make what has begun a new call.
        bool hasBegun = commands.HasBegun(asked.EffectFolder);
        if (!hasBegun)
        {
            if (await cancel.IsCanceledAsync(intent.Effect.Run, cancellationToken))
            {
                return new ToolStep(ToolStepState.Canceled, TimeSpan.Zero);
            }

            ruling = await required.JudgeAsync(asked.Task.Task, intent.Effect, asked.Call, intent.Class, ruling, cancellationToken);
        }

        bool mayStart = hasBegun || (!ruling.IsStricterThan(asked.Input.Ruling) && await IsAsApprovedAsync(asked, ruling, cancellationToken));
        if (mayStart && await journal.BeginAsync(intent, StartOf(intent.Effect, asked.Call, egress.InWords(ruling.Network)), cancellationToken))
        {
            return null;
        }

        if (asked.Input.ApprovalId is { } outdated)
        {
            await approvals.SupersedeAsync(outdated, cancellationToken);
        }

        // An always-rule whose last use another call has had lets nothing run: a person is asked.
        return new ToolStep(
            ToolStepState.Superseded, TimeSpan.Zero, mayStart && ruling.AlwaysRule is not null ? ruling with { Ruling = Ruling.Ask, AlwaysRule = null } : ruling);
    }

    /// <summary>Nothing that the approval is bound to has changed: its digest is made anew from what is about to run; true where none is needed.</summary>
    private async Task<bool> IsAsApprovedAsync(CallBeforeGate asked, PolicyRuling ruling, CancellationToken cancellationToken) =>
        asked.Input.ApprovalId is not { } approval
        || (await approvals.FindAsync(approval, cancellationToken))?.Digest == await digest.OfAsync(
            asked.Task, asked.Input.Effect, asked.Input.First ?? asked.Input.Effect.Call, asked.Call, asked.Tool, ruling, cancellationToken);

    private static RunEvent StartOf(EffectId effect, RequestedCall call, string network) =>
        new(RunEventKind.ToolStarted, effect.Turn, $"{call.Tool}: {CallSubject.Of(call.Tool, call.Arguments)}")
        {
            Effect = effect.Folder,
            Details = network.Length > 0 ? network : null,
        };
}
