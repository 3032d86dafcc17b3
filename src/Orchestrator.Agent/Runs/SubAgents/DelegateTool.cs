using System.Text;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.SubAgents;

/// <summary>
/// Starts sub-agents and hands back what they did. The first call stores them, each with a fork of the files and a slice of the
/// budget; the run then has them work; the call after that merges what they changed.
/// </summary>
public sealed class DelegateTool(ITaskStore tasks, IRunStore runs, SubAgentResults results, IRunFiles files, DataFolder data) : ITool
{
    private const int UsualTurns = 50;

    public ToolDefinition Definition { get; } = new(
        "delegate",
        "Has sub-agents work side by side, each on a task of its own and on a copy of your files as they are now, and waits for all of them. "
            + "What those changed that succeeded is merged into your files, in order; changes that conflict are shown instead. "
            + "Use it for parts that don't depend on each other. Sub-agents can't ask you back.",
        DelegatedTask.Parameters,
        EffectClass.Delegates);

    public async Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken)
    {
        IReadOnlyList<RunSummary> agents = await runs.ListSubAgentsAsync(invocation.Effect.Run, invocation.Effect.Folder, cancellationToken);
        return agents switch
        {
            [] => await StartAsync(invocation, cancellationToken),
            _ when agents.Any(agent => agent.Result is null) => new ToolOutcome.Running(),
            _ => new ToolOutcome.Finished(await results.MergeAsync(invocation, agents, cancellationToken)),
        };
    }

    private async Task<ToolOutcome> StartAsync(ToolInvocation invocation, CancellationToken cancellationToken)
    {
        AdmittedTask parent = await tasks.GetAsync(invocation.Effect.Run, cancellationToken);
        if (!DelegatedTask.TryRead(invocation.Arguments, parent.Task.MostSubAgents, out IReadOnlyList<DelegatedTask>? wanted, out string? error))
        {
            return Refused(error);
        }

        IReadOnlyList<decimal?> slices = BudgetSlices.Of(invocation.LeftUsd, [.. wanted.Select(task => task.Usd)]);
        if (slices.Count == 0)
        {
            return Refused("What is left of the budget is too little for sub-agents; do it yourself, in small steps.");
        }

        string fork = await WorkspaceFork.MakeAsync(invocation.Workspace, parent.BaseCommit, invocation.Effect.Folder, cancellationToken);
        await files.KeepAsync(invocation.Effect.Run, cancellationToken);
        await tasks.AddSubAgentsAsync(
            [.. wanted.Select((task, index) => Admit(parent, invocation, task, index + 1, slices[index], fork))], cancellationToken);
        return new ToolOutcome.Running();
    }

    private AdmittedTask Admit(AdmittedTask parent, ToolInvocation invocation, DelegatedTask wanted, int place, decimal? usd, string fork)
    {
        EffectId call = invocation.Effect;
        AgentTask task = parent.Task;
        return new AdmittedTask
        {
            RunId = RunId.OfSubAgent(call, place),
            Parent = new SubAgentOf(call.Run, call.Turn, call.Folder),
            Task = task with
            {
                Name = wanted.Name,
                Objective = wanted.Objective,
                Context = wanted.Context ?? [],
                AllowedPaths = wanted.AllowedPaths ?? task.AllowedPaths,
                Success = wanted.Success ?? [],
                Workspace = new WorkspaceSource(WorkspaceTree.Of(data, call.Run).Git, fork),

                // The run that they work for is verified and looked at as a whole.
                Checkpoints = task.Checkpoints with { Plan = PlanCheckpoint.None, Final = FinalCheckpoint.Auto },
                Budget = new BudgetTerms
                {
                    Usd = usd,
                    Turns = Math.Min(wanted.Turns ?? UsualTurns, task.Budget.Turns),
                    WallClock = task.Budget.WallClock,
                    OnLimit = LimitAction.Stop,
                },
                SubAgents = 0,
                Land = new LandTerms(),
            },
            BaseCommit = fork,
            Model = parent.Model,
            ModelReason = $"that of the run {call.Run}, for which it works",
            Kind = parent.Kind,
            Fallbacks = parent.Fallbacks,
            Requester = parent.Requester,
            Author = parent.Author,
            Tenant = parent.Tenant,
            Served = parent.Served,
        };
    }

    private static ToolOutcome.Finished Refused(string error)
    {
        byte[] output = Encoding.UTF8.GetBytes($"Error: {error}\n");
        return new(new ToolResult { ExitCode = 1, Output = output, OutputBytes = output.Length, MayHaveChangedFiles = false });
    }
}
