using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Turns;

namespace Orchestrator.Agent.Runs.Plans;

/// <summary>
/// Puts the model's plan, or what a person has made of it, before people: all of it, and they approve nothing else. An answer without a word is
/// no plan, and goes back without anybody being asked.
/// </summary>
public sealed class OpenPlanApproval(IReplyStore replies, IApprovalStore approvals, CheckpointTerms terms) : TaskActivity<PlanQuestion, ApprovalState>
{
    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, PlanQuestion input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        string plan = await PlanAsync(input, cancellationToken);
        return string.IsNullOrWhiteSpace(plan) ? ApprovalState.ChangesRequested : await terms.OpenAsync(
            new Approval
            {
                Id = input.Id,
                RunId = input.RunId,
                Kind = CheckpointKind.Plan,
                Turn = input.Turn,
                Digest = EffectHash.Of(input.Id, plan),
                Question = "Shall the model go about the task like this?",
                Subject = plan,
                Because = "checkpoints.plan",
                Replaces = input.Replaces,
            },
            cancellationToken);
    }

    private async Task<string> PlanAsync(PlanQuestion input, CancellationToken cancellationToken)
    {
        if (input.Replaces is { } before)
        {
            return (await approvals.FindAsync(before, cancellationToken))?.EditedArguments
                ?? throw new InvalidOperationException($"The approval {before} was not closed by an edit.");
        }

        CommittedReply reply = await replies.FindAsync(input.RunId, input.Turn, cancellationToken)
            ?? throw new InvalidOperationException($"Turn {input.Turn} of run {input.RunId} has no answer, so there is no plan.");
        return reply.Text;
    }
}
