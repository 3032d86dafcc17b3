using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>What a call is: what the model asked for, or what a person has made of it.</summary>
public sealed class AskedCalls(IReplyStore replies, IApprovalStore approvals)
{
    /// <param name="effect">The call.</param>
    /// <param name="edit">The approval in which a person edited it; null if nobody did.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<RequestedCall> GetAsync(EffectId effect, string? edit, CancellationToken cancellationToken)
    {
        CommittedReply reply = await replies.FindAsync(effect.Run, effect.Turn, cancellationToken)
            ?? throw new InvalidOperationException($"Turn {effect.Turn} of run {effect.Run} has no answer, so its calls can't run.");
        RequestedCall call = reply.Calls[effect.Call - 1];
        return edit is null ? call : call with { Arguments = (await EditOfAsync(edit, cancellationToken)).EditedArguments! };
    }

    /// <summary>The approval in which a call was edited.</summary>
    internal async Task<Approval> EditOfAsync(string edit, CancellationToken cancellationToken) =>
        await approvals.FindAsync(edit, cancellationToken) is { EditedArguments: not null } edited
            ? edited
            : throw new InvalidOperationException($"The approval {edit} was not closed by an edit.");
}
