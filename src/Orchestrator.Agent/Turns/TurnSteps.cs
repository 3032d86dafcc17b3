using Microsoft.DurableTask;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>The activities of a turn, as verbs. Providers retry their own transport, and the hub hands lost work out again.</summary>
internal static class TurnSteps
{
    public static Task<ModelTurn> AskModelAsync(this TaskOrchestrationContext context, string run, int turn) =>
        context.CallActivityAsync<ModelTurn>(nameof(AskModel), new AskModelInput(run, turn), StepRetries.Durable);

    public static Task<ToolStep> RunToolAsync(this TaskOrchestrationContext context, EffectId effect, Ruling ruling, string? approvalId) =>
        context.CallActivityAsync<ToolStep>(nameof(RunTool), new RunToolInput(effect, ruling, approvalId), StepRetries.Durable);

    public static Task<ToolStep> RefuseToolAsync(this TaskOrchestrationContext context, EffectId effect, JudgedCall call, string? approvalId) =>
        context.CallActivityAsync<ToolStep>(nameof(RefuseTool), new RefuseToolInput(effect, call, approvalId), StepRetries.Durable);
}
