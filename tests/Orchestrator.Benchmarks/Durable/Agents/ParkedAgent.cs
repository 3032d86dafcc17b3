using Microsoft.DurableTask;

namespace Orchestrator.Benchmarks.Durable.Agents;

/// <summary>An agent that takes one model turn, waits for a person, and then runs the tool.</summary>
internal static class ParkedAgent
{
    public const string Name = "ParkedAgent";

    public const string Decision = "Decision";

    /// <summary>Its custom status while it waits.</summary>
    public const string Waiting = "waiting";

    private const string AskModel = "AskModelOnce";
    private const string RunTool = "RunApprovedTool";

    // As an approval's own re-check: the wait holds a timer too.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <param name="runTool">The tool call, with the agent's number.</param>
    public static void AddTo(DurableTaskRegistry tasks, Func<int, string> runTool) => tasks
        .AddActivityFunc<int, string>(AskModel, (_, agent) => StepTexts.Answer(new AgentStep(agent, 0, 0)))
        .AddActivityFunc<int, string>(RunTool, (_, agent) => runTool(agent))
        .AddOrchestratorFunc<int, string>(Name, RunAsync);

    private static async Task<string> RunAsync(TaskOrchestrationContext context, int agent)
    {
        await context.CallActivityAsync<string>(AskModel, agent);
        context.SetCustomStatus(Waiting);
        bool isApproved = await context.WaitForExternalEvent<bool>(Decision, LongestWait);
        context.SetCustomStatus(null);
        return isApproved ? await context.CallActivityAsync<string>(RunTool, agent) : "";
    }
}
