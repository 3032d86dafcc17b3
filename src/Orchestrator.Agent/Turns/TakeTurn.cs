using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>One turn: ask the model, then answer each of its calls, in order, by its ruling.</summary>
public static class TakeTurn
{
    /// <summary>How often one call may be judged anew before it is refused.</summary>
    private const int RevisionLimit = 10;

    /// <param name="run">The run.</param>
    /// <param name="number">The turn, from 1.</param>
    /// <param name="leftUsd">Dollars that it may cost; null without a limit.</param>
    /// <param name="spent">What of its dollars the run has spent; null without a limit.</param>
    public static async Task<Turn> TakeTurnAsync(this TaskOrchestrationContext context, string run, int number, decimal? leftUsd, SpentShare? spent)
    {
        ModelTurn model = await context.AskModelAsync(run, number, leftUsd, spent);
        Turn turn = Turn.Of(model);

        foreach (JudgedCall call in model.Calls)
        {
            ToolStep? step = await context.AnswerAsync(new EffectId(run, number, call.Call), call);
            if (step is null)
            {
                return turn.Canceled();
            }

            turn = turn.Observed(step);
        }

        return turn;
    }

    /// <summary>Answers a call by its ruling.</summary>
    /// <returns>Null if the run was canceled before the call started.</returns>
    private static async Task<ToolStep?> AnswerAsync(this TaskOrchestrationContext context, EffectId effect, JudgedCall call) => call.Ruling switch
    {
        Ruling.Allow when effect.Revision < RevisionLimit => await context.RunToEndAsync(effect, call, null),
        Ruling.Ask when effect.Revision < RevisionLimit => await context.AskAndRunAsync(effect, call),
        _ => await context.RefuseToolAsync(effect, call, null),
    };

    /// <summary>Follows a call to its end; if it may not start as it was judged, it is answered by what the policy says now.</summary>
    private static async Task<ToolStep?> RunToEndAsync(
        this TaskOrchestrationContext context, EffectId effect, JudgedCall call, string? approvalId)
    {
        TimeSpan followed = TimeSpan.Zero;
        DateTime deadline = context.CurrentUtcDateTime + FollowOptions.Longest;
        while (context.CurrentUtcDateTime < deadline)
        {
            ToolStep step = await context.RunToolAsync(effect, call.Ruling, approvalId, followed);
            switch (step)
            {
                case { State: ToolStepState.Superseded, Ruling: { } ruling }:
                    return await context.AnswerAsync(effect with { Revision = effect.Revision + 1 }, call.JudgedAgain(ruling));
                case { State: ToolStepState.Canceled }:
                    return null;
                case { State: ToolStepState.Observed }:
                    return step;
                case { State: ToolStepState.Running }:
                    followed += step.Elapsed;
                    break;
            }
        }

        throw new InvalidOperationException($"Effect {effect} did not end within {FollowOptions.Longest}.");
    }

    /// <returns>Null if the run was canceled while it waited.</returns>
    private static async Task<ToolStep?> AskAndRunAsync(this TaskOrchestrationContext context, EffectId effect, JudgedCall call)
    {
        string approvalId = ApprovalId.OfCall(effect);
        ApprovalState answer = await context.AskPersonAsync(nameof(OpenToolApproval), approvalId, new OpenToolApprovalInput(approvalId, effect, call));
        return answer switch
        {
            ApprovalState.Approved => await context.RunToEndAsync(effect, call, approvalId),
            ApprovalState.Withdrawn => null,
            _ => await context.RefuseToolAsync(effect, call, approvalId),
        };
    }
}
