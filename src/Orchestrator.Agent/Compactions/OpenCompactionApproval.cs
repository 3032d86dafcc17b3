using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;

namespace Orchestrator.Agent.Compactions;

/// <summary>After which compaction a person is asked.</summary>
public sealed record OpenCompactionApprovalInput(string ApprovalId, string RunId, int Number, int Turn);

/// <summary>Asks a person how a run goes on whose conversation can't be made shorter.</summary>
public sealed class OpenCompactionApproval(ICompactionStore compactions, CheckpointTerms terms)
    : TaskActivity<OpenCompactionApprovalInput, ApprovalState>
{
    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, OpenCompactionApprovalInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        Compaction newest = await compactions.FindAsync(input.RunId, input.Number, cancellationToken)
            ?? throw new InvalidOperationException($"Compaction {input.Number} of run {input.RunId} is not stored.");
        return await terms.OpenAsync(
            new Approval
            {
                Id = input.ApprovalId,
                RunId = input.RunId,
                Kind = CheckpointKind.Compaction,
                Turn = input.Turn,
                Digest = EffectHash.Of(input.ApprovalId, $"{newest.TokensCounted}", newest.Failure ?? string.Empty),
                Question = "The conversation has become long and can't be made shorter. Shall the run go on?",
                Subject = $"{newest.TokensCounted:N0} tokens; {CompactionProgress.FutileLimit} compactions in a row were of no use, the last one because: {newest.Failure}. "
                    + "Approving goes on with the full conversation and tries again once it has grown by a quarter. Denying ends the run with its patch.",
                Because = "compaction frees too little",
            },
            cancellationToken);
    }
}
