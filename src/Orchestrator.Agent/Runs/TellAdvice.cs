using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Runs;

/// <summary>Which approval has the run go on.</summary>
public sealed record TellAdviceInput(string RunId, int Turn, string ApprovalId);

/// <summary>Tells a model that went in circles what a person said to it.</summary>
public sealed class TellAdvice(IApprovalStore approvals, ITranscriptStore transcripts) : TaskActivity<TellAdviceInput, bool>
{
    public override async Task<bool> RunAsync(TaskActivityContext context, TellAdviceInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        Approval? approval = await approvals.FindAsync(input.ApprovalId, cancellationToken);
        string advice = string.IsNullOrWhiteSpace(approval?.Reason) ? "Find another way." : approval.Reason;
        await transcripts.AppendAsync(
            input.RunId,
            TranscriptKey.Review(input.ApprovalId),
            [TranscriptEntry.User(input.Turn, $"You were going in circles. A person has looked at it and has you go on. They say:\n\n{advice}")],
            new RunEvent(RunEventKind.Advised, input.Turn, $"goes on: {advice}"),
            cancellationToken);
        return true;
    }
}
