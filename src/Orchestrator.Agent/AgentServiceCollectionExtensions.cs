using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Runs.Setups;
using Orchestrator.Agent.Runs.SubAgents;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent;

/// <summary>The agent's own services and its durable tasks.</summary>
public static class AgentServiceCollectionExtensions
{
    /// <summary>What any process needs that takes tasks in.</summary>
    public static IServiceCollection AddAgent(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<FollowOptions>, FollowOptionsValidator>()
        .AddSingleton<IValidateOptions<CompactionOptions>, CompactionOptionsValidator>()
        .AddSingleton<IValidateOptions<AccountOptions>, AccountOptionsValidator>()
        .AddSingleton<IValidateOptions<SetupOptions>, SetupOptionsValidator>()
        .AddSingleton<IValidateOptions<EgressOptions>, EgressOptionsValidator>()
        .AddSingleton<EgressPolicy>()
        .AddSingleton<Redactor>()
        .AddSingleton<Purse>()
        .AddSingleton<Toolbox>()
        .AddSingleton<Prompts>()
        .AddSingleton<PinnedLedger>()
        .AddSingleton<CompactionNeed>()
        .AddSingleton<ISummarizer, PortableSummary>()
        .AddSingleton<SummaryQuestion>()
        .AddSingleton<UndoCompaction>()
        .AddSingleton<CancelWatch>()
        .AddSingleton<TaskKinds>()
        .AddSingleton<Router>()
        .AddSingleton<Fallback>()
        .AddSingleton<ModelObstacles>()
        .AddSingleton<CacheAlarm>()
        .AddSingleton<ScopeFence>()
        .AddSingleton<RequiredCommands>()
        .AddSingleton<CallGate>()
        .AddSingleton<CallEnd>()
        .AddSingleton<TurnQuestion>()
        .AddSingleton<RunPlanner>()
        .AddSingleton<RunBeginning>()
        .AddSingleton<SubAgentResults>()
        .AddSingleton<ITool, DelegateTool>()
        .AddSingleton<Admission>()
        .AddSingleton<RunForks>()
        .AddSingleton<RunClient>();

    /// <summary>What the process needs beside it that speaks to the hub; one a deployment suffices, more do no harm.</summary>
    public static IServiceCollection AddAgentKeepers(this IServiceCollection services) => services
        .AddHostedService<RunKeeper>()
        .AddHostedService<CommandSweeper>()
        .AddHostedService<DoorbellRinger>();

    /// <summary>
    /// Has a worker serve runs of its own version and older ones. The hub isn't even to offer it newer ones, since each refusal counts as
    /// an attempt; a hub that does gets them back.
    /// </summary>
    public static IDurableTaskWorkerBuilder ServeRuns(this IDurableTaskWorkerBuilder worker) => worker
        .UseVersioning(new DurableTaskWorkerOptions.VersioningOptions
        {
            Version = RunOrchestrator.NewestVersion,
            MatchStrategy = DurableTaskWorkerOptions.VersionMatchStrategy.CurrentOrOlder,
            FailureStrategy = DurableTaskWorkerOptions.VersionFailureStrategy.Reject,
        })
        .AddTasks(registry => registry.AddAgentTasks())
        .UseWorkItemFilters();

    /// <summary>The orchestrators and activities that a worker serves.</summary>
    public static DurableTaskRegistry AddAgentTasks(this DurableTaskRegistry registry)
    {
        registry.AddOrchestrator<RunOrchestrator>();
        registry.AddOrchestrator<RunOrchestratorVersion3>();
        registry.AddOrchestrator<RunOrchestratorVersion2>();
        registry.AddOrchestrator<RunOrchestratorVersion1>();

        // Runs of builds before there were versions: what they call, and in which order, is that of version 1.
        registry.AddOrchestrator(nameof(RunOrchestrator), () => new RunOrchestratorVersion1());
        registry.AddOrchestrator<ApprovalOrchestrator>();
        registry.AddActivity<SetUpWorkspace>();
        registry.AddActivity<PrepareWorkspace>();
        registry.AddActivity<AskModel>();
        registry.AddActivity<CompactTranscript>();
        registry.AddActivity<OpenCompactionApproval>();
        registry.AddActivity<OpenStuckApproval>();
        registry.AddActivity<TellAdvice>();
        registry.AddActivity<RunTool>();
        registry.AddActivity<RefuseTool>();
        registry.AddActivity<OpenToolApproval>();
        registry.AddActivity<FindSubAgents>();
        registry.AddActivity<VerifyRun>();
        registry.AddActivity<OpenFinalApproval>();
        registry.AddActivity<OpenBudgetApproval>();
        registry.AddActivity<RaiseAccount>();
        registry.AddActivity<ReadDecision>();
        registry.AddActivity<TellReview>();
        registry.AddActivity<FinishRun>();
        return registry;
    }
}
