using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>One turn: ask the model, then answer each of its calls, in order, by its ruling.</summary>
public static class TakeTurn
{
    /// <summary>How often one call may be judged anew before it is refused.</summary>
    private const int RevisionLimit = 10;

    /// <param name="asked">Which answer is wanted.</param>
    /// <param name="delegation">Has sub-agents work; null where the run can't wait for any.</param>
    public static async Task<Turn> TakeTurnAsync(this TaskOrchestrationContext context, AskModelInput asked, Delegation? delegation)
    {
        (string run, int number) = (asked.RunId, asked.Turn);
        ModelTurn model = await context.AskModelAsync(asked with { Delegates = delegation is not null });
        Turn turn = Turn.Of(model);

        JudgedCall[] together = [];
        foreach (JudgedCall call in model.Calls)
        {
            together = together.Contains(call) ? together : await context.AskTogetherAsync(run, number, model.Calls, call);
            var work = new ToolWork(delegation, asked.LeftUsd - turn.CostUsd - turn.SubAgentsUsd, together is [var first, ..] ? first.Call : null);
            ToolStep? step = await context.AnswerAsync(new EffectId(run, number, call.Call), call, work);
            if (step is null)
            {
                return turn.Canceled();
            }

            turn = turn.Observed(step);
        }

        return turn;
    }

    /// <summary>
    /// Asks about all calls of a row at once, so that a person sees them together; each is decided by itself, and none runs before those in front of it are answered.
    /// </summary>
    /// <param name="from">The call that is to be answered next.</param>
    /// <returns>The calls that were asked together; none where it is asked alone.</returns>
    private static async Task<JudgedCall[]> AskTogetherAsync(
        this TaskOrchestrationContext context, string run, int number, IReadOnlyList<JudgedCall> calls, JudgedCall from)
    {
        JudgedCall[] row = [.. calls.Skip(from.Call - 1).TakeWhile(call => call.Ruling == Ruling.Ask)];
        if (row.Length < 2 || context.CompareVersionTo(ApprovalOrchestrator.NewestVersion) < 0)
        {
            return [];
        }

        foreach (JudgedCall call in row)
        {
            var effect = new EffectId(run, number, call.Call);
            var input = new OpenToolApprovalInput(ApprovalId.OfCall(effect), effect, call) { First = from.Call };
            await context.CallActivityAsync<ApprovalState>(nameof(OpenToolApproval), input, StepRetries.Durable);
        }

        return row;
    }

    /// <summary>Answers a call by its ruling.</summary>
    /// <returns>Null if the run was canceled before the call started.</returns>
    private static async Task<ToolStep?> AnswerAsync(
        this TaskOrchestrationContext context, EffectId effect, JudgedCall call, ToolWork work) => call.Ruling switch
        {
            Ruling.Allow when effect.Revision < RevisionLimit => await context.RunToEndAsync(effect, call, null, work),
            Ruling.Ask when effect.Revision < RevisionLimit => await context.AskAndRunAsync(effect, call, work),
            _ => await context.RefuseToolAsync(effect, call, null),
        };

    /// <summary>Follows a call to its end; if it may not start as it was judged, it is answered by what the policy says now.</summary>
    private static async Task<ToolStep?> RunToEndAsync(
        this TaskOrchestrationContext context, EffectId effect, JudgedCall call, string? approvalId, ToolWork work)
    {
        decimal? spent = null;
        TimeSpan followed = TimeSpan.Zero;
        DateTime deadline = context.CurrentUtcDateTime + FollowOptions.Longest;
        while (context.CurrentUtcDateTime < deadline)
        {
            ToolStep step = await context.RunToolAsync(
                new RunToolInput(effect, call.Ruling, approvalId, followed)
                {
                    LeftUsd = call.Effect == EffectClass.Delegates || context.CompareVersionTo(ApprovalOrchestrator.NewestVersion) >= 0 ? work.LeftUsd : null,
                    Edit = call.Edit,
                    First = approvalId is not null && effect.Revision == 0 ? work.First : null,
                });
            switch (step)
            {
                case { State: ToolStepState.Superseded, Ruling: { } ruling }:
                    return await context.AnswerAsync(effect with { Revision = effect.Revision + 1 }, call.JudgedAgain(ruling), work);
                case { State: ToolStepState.Canceled }:
                    return null;
                case { State: ToolStepState.Observed }:
                    return step with { CostUsd = spent ?? 0 };
                case { State: ToolStepState.Running } when spent is null && call.Effect == EffectClass.Delegates && work.Delegation is { } delegation:
                    spent = await delegation(effect);
                    deadline = context.CurrentUtcDateTime + FollowOptions.Longest;
                    break;
                case { State: ToolStepState.Running }:
                    followed += step.Elapsed;
                    break;
            }
        }

        throw new InvalidOperationException($"Effect {effect} did not end within {FollowOptions.Longest}.");
    }

    /// <returns>Null if the run was canceled while it waited.</returns>
    private static async Task<ToolStep?> AskAndRunAsync(this TaskOrchestrationContext context, EffectId effect, JudgedCall call, ToolWork work)
    {
        string approvalId = ApprovalId.OfCall(effect);
        ApprovalState answer = work.First is not null && effect.Revision == 0
            ? await context.AwaitDecisionAsync(approvalId)
            : await context.AskPersonAsync(nameof(OpenToolApproval), approvalId, new OpenToolApprovalInput(approvalId, effect, call));
        return answer switch
        {
            ApprovalState.Approved => await context.RunToEndAsync(effect, call, approvalId, work),
            ApprovalState.Withdrawn => null,
            ApprovalState.Edited => await context.AnswerAsync(effect with { Revision = effect.Revision + 1 }, call with { Edit = approvalId }, work),
            _ => await context.RefuseToolAsync(effect, call, approvalId),
        };
    }

    /// <summary>What the calls of a turn may have done.</summary>
    /// <param name="Delegation">Has sub-agents work; null where the run can't wait for any.</param>
    /// <param name="LeftUsd">Dollars that are left; null without a limit.</param>
    /// <param name="First">The first of the calls that were asked together with it; null for one that is asked alone.</param>
    private sealed record ToolWork(Delegation? Delegation, decimal? LeftUsd, int? First);
}
