using Microsoft.DurableTask;

namespace Orchestrator.Benchmarks.Durable.Agents;

/// <summary>Where an agent stands: what continues as new.</summary>
/// <param name="Iteration">The next one.</param>
/// <param name="Iterations">How many there are in all.</param>
/// <param name="Generation">After how many it continues as new.</param>
/// <param name="ToolBytes">The length of each tool's output.</param>
internal sealed record AgentState(int Agent, int Iteration, int Iterations, int Generation, int ToolBytes);

/// <summary>One of the two activities of an iteration.</summary>
internal sealed record AgentStep(int Agent, int Iteration, int ToolBytes);

/// <summary>An agent's loop without its product: a model turn and a tool call an iteration, both activities, and nothing else.</summary>
internal static class AgentLoop
{
    public const string Name = "AgentLoop";

    private const string AskModel = "AskModel";
    private const string RunTool = "RunTool";

    /// <param name="askModel">The model's turn.</param>
    /// <param name="runTool">The tool call.</param>
    public static void AddTo(DurableTaskRegistry tasks, Func<AgentStep, string> askModel, Func<AgentStep, string> runTool) => tasks
        .AddActivityFunc<AgentStep, string>(AskModel, (_, step) => askModel(step))
        .AddActivityFunc<AgentStep, string>(RunTool, (_, step) => runTool(step))
        .AddOrchestratorFunc<AgentState, int>(Name, RunAsync);

    /// <summary>One generation.</summary>
    public static async Task<int> RunAsync(TaskOrchestrationContext context, AgentState agent)
    {
        int end = Math.Min(agent.Iteration + agent.Generation, agent.Iterations);
        for (int iteration = agent.Iteration; iteration < end; iteration++)
        {
            var step = new AgentStep(agent.Agent, iteration, agent.ToolBytes);
            await context.CallActivityAsync<string>(AskModel, step);
            await context.CallActivityAsync<string>(RunTool, step);
        }

        if (end < agent.Iterations)
        {
            context.ContinueAsNew(agent with { Iteration = end });
        }

        return end;
    }
}
