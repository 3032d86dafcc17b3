using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>Which tool call a person is asked about.</summary>
public sealed record OpenToolApprovalInput(string ApprovalId, EffectId Effect, JudgedCall Call);

/// <summary>Puts a tool call before a person, bound to exactly what would run.</summary>
public sealed class OpenToolApproval(IReplyStore replies, IApprovalStore approvals, EgressPolicy egress) : TaskActivity<OpenToolApprovalInput, ApprovalState>
{
    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, OpenToolApprovalInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        CommittedReply reply = await replies.FindAsync(input.Effect.Run, input.Effect.Turn, cancellationToken)
            ?? throw new InvalidOperationException($"Turn {input.Effect.Turn} of run {input.Effect.Run} has no answer to ask about.");
        RequestedCall call = reply.Calls[input.Effect.Call - 1];
        string network = egress.InWords(input.Call.Network);
        Approval approval = await approvals.OpenAsync(
            new Approval
            {
                Id = input.ApprovalId,
                RunId = input.Effect.Run,
                Kind = CheckpointKind.Tool,
                Turn = input.Effect.Turn,
                Digest = CallDigest.Of(input.Effect, call, input.Call.PolicyVersion, EgressPolicy.Describe(egress.Of(input.Call.Network ?? []))),
                Question = $"May the agent run this {call.Tool} call?",
                Subject = CallSubject.Whole(call.Arguments),
                Because = $"rule {input.Call.Rule}{(network.Length > 0 ? $"; {network}" : string.Empty)}",
            },
            cancellationToken);
        return approval.State;
    }
}
