using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;

namespace Orchestrator.Agent.Runs;

/// <summary>After which turn a person is asked.</summary>
public sealed record OpenStuckApprovalInput(string ApprovalId, string RunId, int Turn);

/// <summary>Asks a person how a run goes on that goes in circles.</summary>
public sealed class OpenStuckApproval(CheckpointTerms terms) : TaskActivity<OpenStuckApprovalInput, ApprovalState>
{
    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, OpenStuckApprovalInput input)
    {
        return await terms.OpenAsync(
            new Approval
            {
                Id = input.ApprovalId,
                RunId = input.RunId,
                Kind = CheckpointKind.Stuck,
                Turn = input.Turn,
                Digest = EffectHash.Of(input.ApprovalId),
                Question = "The run goes in circles. Shall it go on?",
                Subject = "The same calls have had the same results again and again, and the model was told so. Approving goes on, and the reason that you give "
                    + "is what the model reads next. Denying ends the run with its patch.",
                Because = "the same calls with the same results",
            },
            CancellationToken.None);
    }
}
