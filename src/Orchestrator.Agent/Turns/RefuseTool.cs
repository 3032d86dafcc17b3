using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Turns;

/// <summary>Which tool call is refused, and why.</summary>
/// <param name="Effect">The call.</param>
/// <param name="Call">The call as it was judged.</param>
/// <param name="ApprovalId">The approval in which a person denied it; null where the policy did.</param>
public sealed record RefuseToolInput(EffectId Effect, JudgedCall Call, string? ApprovalId);

/// <summary>Answers a tool call that must not run: every call gets exactly one result.</summary>
public sealed class RefuseTool(ITaskStore tasks, ITranscriptStore transcripts, IApprovalStore approvals, Toolbox toolbox)
    : TaskActivity<RefuseToolInput, ToolStep>
{
    public override async Task<ToolStep> RunAsync(TaskActivityContext context, RefuseToolInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask task = await tasks.GetAsync(input.Effect.Run, cancellationToken);
        Approval? approval = input.ApprovalId is { } id ? await approvals.FindAsync(id, cancellationToken) : null;
        string text = input switch
        {
            { ApprovalId: not null } => approval?.State switch
            {
                ApprovalState.Expired => Observation.OfExpired(approval.Terms.AtEnd == EndAction.Alternative ? approval.Terms.Alternative : null),
                ApprovalState.ChangesRequested => Observation.OfChangesRequested(approval.Reason),
                _ => Observation.OfDenied(approval?.Reason),
            },
            { Call.Effect: null } => Observation.OfUnknownTool(input.Call.Tool, toolbox.Definitions(task.Task, task.Delegates, task.Served).Select(tool => tool.Name)),
            { Call.Rule: Planning.Rule } => Observation.OfPlanning(),
            _ when RequiredCommands.Find(task.Task, input.Call.Rule) is { } required => Observation.OfRequired(required),
            _ => Observation.OfForbidden(input.Call.Rule),
        };

        await transcripts.AppendAsync(
            input.Effect.Run,
            TranscriptKey.Observation(input.Effect),
            [TranscriptEntry.Observation(input.Effect.Turn, input.Call.CallId, text)],
            new RunEvent(RunEventKind.ToolRefused, input.Effect.Turn, $"{input.Call.Tool}: {text.ReplaceLineEndings(" ")}"),
            cancellationToken);
        return new ToolStep(ToolStepState.Observed, TimeSpan.Zero);
    }
}
