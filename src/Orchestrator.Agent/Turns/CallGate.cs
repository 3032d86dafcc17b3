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
    IEffectJournal journal, IApprovalStore approvals, ICommandRunner commands, CancelWatch cancel, EgressPolicy egress, RequiredCommands required, CallDigest digest, CallJudge judge)
{
    /// <param name="input">By what right it is to run.</param>
    /// <param name="task">The run's task.</param>
    /// <param name="call">What the model asked for.</param>
    /// <param name="tool">The tool's own class of effects.</param>
    /// <param name="known">What the journal has of it; null if it has nothing.</param>
    /// <param name="effectFolder">The effect's folder.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<CallAtGate> PassAsync(
        RunToolInput input, AdmittedTask task, RequestedCall call, EffectClass tool, EffectRecord? known, string effectFolder, CancellationToken cancellationToken)
    {
        StandingRules rules = await judge.FindAsync(task, cancellationToken);

        // What a person was asked about is asked about again, whatever was allowed for later meanwhile.
        PolicyRuling ruling = rules.Judge(call, tool, input.LeftUsd, asks: input.ApprovalId is not null);
        IReadOnlyList<EgressGrant> network = egress.Of(ruling.Network ?? []);
        if (known is not null)
        {
            // It reaches no more than it began with, whatever the settings say by now.
            bool isOpen = known.Class == EffectClass.Egress
                && (input.ApprovalId is null || await IsAsApprovedAsync(ruling, input, task, call, tool, cancellationToken));
            return new CallAtGate(known, isOpen ? network : [], null);
        }

        var intent = new EffectRecord
        {
            Effect = input.Effect,
            Tool = call.Tool,
            Class = CallDigest.ClassOf(tool, network),
            ArgumentsHash = EffectHash.Of(call.Tool, call.Arguments),
            ApprovalId = input.ApprovalId,
            AlwaysRule = ruling.AlwaysRule,
            Epoch = Tenure.Current?.Epoch ?? 0,
        };
        ToolStep? refusal = await RefusalAsync(ruling, input, task, call, tool, intent, effectFolder, cancellationToken);
        return new CallAtGate(intent, network, refusal);
    }

    /// <summary>Records the intent, if the call may start now.</summary>
    private async Task<ToolStep?> RefusalAsync(
        PolicyRuling ruling,
        RunToolInput input,
        AdmittedTask task,
        RequestedCall call,
        EffectClass tool,
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

            ruling = await required.JudgeAsync(task.Task, input.Effect, call, intent.Class, ruling, cancellationToken);
        }

        bool mayStart = hasBegun || (!ruling.IsStricterThan(input.Ruling)
            && (input.ApprovalId is null || await IsAsApprovedAsync(ruling, input, task, call, tool, cancellationToken)));
        if (mayStart && await journal.BeginAsync(intent, StartOf(input.Effect, call, egress.InWords(ruling.Network)), cancellationToken))
        {
            return null;
        }

        if (input.ApprovalId is { } outdated)
        {
            await approvals.SupersedeAsync(outdated, cancellationToken);
        }

        // An always-rule whose last use another call has had lets nothing run: a person is asked.
        return new ToolStep(
            ToolStepState.Superseded, TimeSpan.Zero, mayStart && ruling.AlwaysRule is not null ? ruling with { Ruling = Ruling.Ask, AlwaysRule = null } : ruling);
    }

    /// <summary>Nothing that the approval is bound to has changed: its digest is made anew from what is about to run.</summary>
    private async Task<bool> IsAsApprovedAsync(
        PolicyRuling ruling, RunToolInput input, AdmittedTask task, RequestedCall call, EffectClass tool, CancellationToken cancellationToken) =>
        (await approvals.FindAsync(input.ApprovalId!, cancellationToken))?.Digest
            == await digest.OfAsync(task, input.Effect, input.First ?? input.Effect.Call, call, tool, ruling, cancellationToken);

    private static RunEvent StartOf(EffectId effect, RequestedCall call, string network) =>
        new(RunEventKind.ToolStarted, effect.Turn, $"{call.Tool}: {CallSubject.Of(call.Tool, call.Arguments)}")
        {
            Effect = effect.Folder,
            Details = network.Length > 0 ? network : null,
        };
}
