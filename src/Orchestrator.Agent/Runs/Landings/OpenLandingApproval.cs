using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>Puts before a person what would be pushed, and where to.</summary>
public sealed class OpenLandingApproval(CheckpointTerms terms, LandingText text) : TaskActivity<LandingPlan, ApprovalState>
{
    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, LandingPlan plan)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        string shown = await text.OfAsync(plan, cancellationToken);
        return await terms.OpenAsync(
            new Approval
            {
                Id = plan.ApprovalId,
                RunId = plan.RunId,
                Kind = CheckpointKind.Landing,
                Turn = plan.Turn,
                Digest = EffectHash.Of(plan.ApprovalId, plan.Remote, plan.Branch, plan.Base ?? string.Empty, plan.Expected ?? string.Empty, plan.Commit, shown),
                Question = "Shall this be pushed?",
                Subject = shown,
                Because = "the diff is verified, and nobody has denied it; the task wants it on a remote (land)",
            },
            cancellationToken);
    }
}
