using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>The activities of a turn, as verbs. Providers retry their own transport, and the hub hands lost work out again.</summary>
internal static class TurnSteps
{
    /// <summary>
    /// Asks the model, and waits, without holding anything, where the provider asks for that. A cancel ends the wait; one that
    /// would go beyond <see cref="ProviderWait.Longest"/> in all is the turn's failure.
    /// </summary>
    public static async Task<ModelTurn> AskModelAsync(this TaskOrchestrationContext context, AskModelInput input)
    {
        DateTime deadline = context.CurrentUtcDateTime + ProviderWait.Longest;
        while (true)
        {
            ModelTurn model = await context.CallActivityAsync<ModelTurn>(nameof(AskModel), input, StepRetries.Durable);
            if (model.IsHeld)
            {
                await context.WaitForDoorbellAsync(model.Wait);
                deadline = context.CurrentUtcDateTime + ProviderWait.Longest;
                input = input with { WasHeld = true };
                continue;
            }

            if (model.Outcome != AskOutcome.IsPutOff || context.CurrentUtcDateTime + model.Wait > deadline)
            {
                return model;
            }

            await context.WaitForDoorbellAsync(model.Wait);
            input = input with { WasHeld = false };
            input = model.IsUnderway
                ? input with { Followed = input.Followed + model.Elapsed, SpentAttempts = model.SpentAttempts }
                : input with { Waits = input.Waits + 1, SpentAttempts = model.SpentAttempts };
        }
    }

    public static Task<ToolStep> RunToolAsync(this TaskOrchestrationContext context, RunToolInput input) =>
        context.CallActivityAsync<ToolStep>(nameof(RunTool), input, StepRetries.Durable);

    public static Task<ToolStep> RefuseToolAsync(this TaskOrchestrationContext context, EffectId effect, JudgedCall call, string? approvalId) =>
        context.CallActivityAsync<ToolStep>(nameof(RefuseTool), new RefuseToolInput(effect, call, approvalId), StepRetries.Durable);
}
