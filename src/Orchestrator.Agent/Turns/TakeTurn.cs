using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>One turn: ask the model, then answer each of its calls, in order, by its ruling.</summary>
public static class TakeTurn
{
    /// <summary>Steps that one command may be followed for: a day, at four minutes a step.</summary>
    private const int FollowLimit = 360;

    /// <summary>How often one call may be put to people anew before it is refused.</summary>
    private const int RevisionLimit = 10;

    public static async Task<Turn> TakeTurnAsync(this TaskOrchestrationContext context, string run, int number)
    {
        ModelTurn model = await context.AskModelAsync(run, number);
        Turn turn = Turn.Of(model);

        foreach (JudgedCall call in model.Calls)
        {
            ToolStep? step = call.Ruling switch
            {
                Ruling.Allow => await context.RunToEndAsync(new EffectId(run, number, call.Call), call, Ruling.Allow, null),
                Ruling.Ask => await context.AskAndRunAsync(new EffectId(run, number, call.Call), call),
                Ruling.Deny => await context.RefuseToolAsync(new EffectId(run, number, call.Call), call, null),
            };

            if (step is null)
            {
                return turn.Canceled();
            }

            turn = turn.Observed(step);
        }

        return turn;
    }

    /// <summary>Follows a call to its end; if the policy became stricter meanwhile, a person is asked.</summary>
    /// <returns>Null if the run was canceled before the call started.</returns>
    private static async Task<ToolStep?> RunToEndAsync(
        this TaskOrchestrationContext context, EffectId effect, JudgedCall call, Ruling ruling, string? approvalId)
    {
        TimeSpan elapsed = TimeSpan.Zero;
        for (int follow = 0; follow < FollowLimit; follow++)
        {
            ToolStep step = await context.RunToolAsync(effect, ruling, approvalId);
            elapsed += step.Elapsed;
            if (step.State == ToolStepState.Superseded)
            {
                return await context.AskAndRunAsync(effect with { Revision = effect.Revision + 1 }, call);
            }

            if (step.State == ToolStepState.Canceled)
            {
                return null;
            }

            if (step.State == ToolStepState.Observed)
            {
                return step with { Elapsed = elapsed };
            }
        }

        throw new InvalidOperationException($"Effect {effect} did not end within {FollowLimit} steps.");
    }

    /// <returns>Null if the run was canceled while it waited.</returns>
    private static async Task<ToolStep?> AskAndRunAsync(this TaskOrchestrationContext context, EffectId effect, JudgedCall call)
    {
        if (effect.Revision >= RevisionLimit)
        {
            return await context.RefuseToolAsync(effect, call, null);
        }

        string approvalId = ApprovalId.OfCall(effect);
        ApprovalState answer = await context.AskPersonAsync(nameof(OpenToolApproval), approvalId, new OpenToolApprovalInput(approvalId, effect, call));
        return answer switch
        {
            ApprovalState.Approved => await context.RunToEndAsync(effect, call, Ruling.Ask, approvalId),
            ApprovalState.Withdrawn => null,
            _ => await context.RefuseToolAsync(effect, call, approvalId),
        };
    }
}
