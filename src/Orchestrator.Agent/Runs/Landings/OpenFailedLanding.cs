using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>Which landing brought nothing, and why.</summary>
public sealed record OpenFailedLandingInput(string ApprovalId, string RunId, int Turn, string Obstacle);

/// <summary>Asks a person whether a landing that could not be done is tried again; the verified work is kept in any case.</summary>
public sealed class OpenFailedLanding(CheckpointTerms terms, Redactor redactor) : TaskActivity<OpenFailedLandingInput, ApprovalState>
{
    public override Task<ApprovalState> RunAsync(TaskActivityContext context, OpenFailedLandingInput input)
    {
        string obstacle = string.Join('\n', redactor.Redact(input.Obstacle).Split('\n').Select(Visible.Of));
        return terms.OpenAsync(
            new Approval
            {
                Id = input.ApprovalId,
                RunId = input.RunId,
                Kind = CheckpointKind.Landing,
                Turn = input.Turn,
                Digest = EffectHash.Of(input.ApprovalId, obstacle),
                Question = "The verified changes could not be pushed. Shall it be tried again?",
                Subject = $"{obstacle}\n\nMend what is in the way, then approve: it is looked at anew. Denying ends the run; the verified changes are kept as its patch.",
                Because = "the landing failed",
            },
            CancellationToken.None);
    }
}
