using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Runs.Plans;

/// <summary>
/// Tells the model what became of its plan. An approved one stands there as it was approved, word for word, in a message that no summary
/// replaces; else it is the reason, word for word.
/// </summary>
public sealed class TellPlan(IApprovalStore approvals, ITranscriptStore transcripts) : TaskActivity<PlanQuestion, bool>
{
    private const string Again = "Make another plan, and end your turn with it, without a tool call.";

    public override async Task<bool> RunAsync(TaskActivityContext context, PlanQuestion input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        Approval? approval = await approvals.FindAsync(input.Id, cancellationToken);
        (string text, RunEvent happened) = approval switch
        {
            { State: ApprovalState.Approved } => Approved(approval),
            null => ("You ended your turn without a word, so there is no plan. Write it down, and end your turn with it, without a tool call.",
                new RunEvent(RunEventKind.PlanSentBack, input.Turn, "the model's answer has no plan")),
            _ => SentBack(approval),
        };
        await transcripts.AppendAsync(input.RunId, TranscriptKey.Review(input.Id), [TranscriptEntry.User(input.Turn, text)], happened, cancellationToken);
        return true;
    }

    private static (string Text, RunEvent Happened) Approved(Approval approval)
    {
        string whose = approval.Editor is null ? "A person has approved your plan." : "A person has changed your plan, and it is approved like this. What stands here holds, not what you wrote.";
        string words = string.IsNullOrWhiteSpace(approval.Reason) ? string.Empty : $"\n\nThey say:\n\n{approval.Reason}";
        return (
            $"{whose} This is the plan:\n\n{approval.Subject.Trim()}{words}\n\nNow do it. From here on you may change files. Where the plan turns out to be wrong, say so in your summary.",
            new RunEvent(RunEventKind.PlanApproved, approval.Turn, $"{approval.DecidedBy} approved the {(approval.Editor is null ? "plan" : "plan as it was edited")}"));
    }

    private static (string Text, RunEvent Happened) SentBack(Approval approval)
    {
        string reason = approval.EditedArguments ?? (string.IsNullOrWhiteSpace(approval.Reason) ? "(no reason was given)" : approval.Reason);
        string said = approval.State switch
        {
            ApprovalState.ChangesRequested => "asks for changes. What they say",
            ApprovalState.Edited => "changed it again. What they wrote",
            _ => "did not approve it. Their reason",
        };
        return (
            $"A person looked at your plan and {said}:\n\n{reason}\n\n{Again} Nothing may be changed before it is approved.",
            new RunEvent(RunEventKind.PlanSentBack, approval.Turn, $"the plan was sent back: {reason}"));
    }
}
