using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Intake.Reading;
using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Runs.Plans;
using Orchestrator.Agent.Runs.Purges;
using Orchestrator.Agent.Runs.Reviews;
using Orchestrator.Agent.Runs.Setups;
using Orchestrator.Agent.Runs.SubAgents;
using Orchestrator.Agent.Schedules;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;
using Orchestrator.Agent.Workspaces;

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
        .AddSingleton<IValidateOptions<LandingOptions>, LandingOptionsValidator>()
        .AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>()
        .AddSingleton<EgressPolicy>()
        .AddSingleton<LandingDiff>()
        .AddSingleton<PatchFile>()
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
        .AddSingleton<PolicyBook>()
        .AddSingleton<PolicyGate>()
        .AddSingleton<PolicyTrial>()
        .AddSingleton<RosterFile>()
        .AddSingleton<CallJudge>()
        .AddSingleton<CheckpointTerms>()
        .AddSingleton<Decisions>()
        .AddSingleton<AskedCalls>()
        .AddSingleton<CallDigest>()
        .AddSingleton<CallGate>()
        .AddSingleton<CallEnd>()
        .AddSingleton<ModelCalls>()
        .AddSingleton<TurnQuestion>()
        .AddSingleton<RunPlanner>()
        .AddSingleton<RunBeginning>()
        .AddSingleton<SubAgentResults>()
        .AddSingleton<ITool, DelegateTool>()
        .AddSingleton<Admission>()
        .AddSingleton<RunForks>()
        .AddSingleton<RunClient>()
        .AddSingleton<RunArtifacts>()
        .AddSingleton<RunPatches>()
        .AddSingleton<ScheduleBook>()
        .AddSecrets()
        .AddNotices()
        .AddTickets()
        .AddLandings()
        .AddHosting();

    /// <summary>What knows secrets, and strikes them out of texts.</summary>
    private static IServiceCollection AddSecrets(this IServiceCollection services)
    {
        services.TryAddSingleton(new SecretVariables(Environment.GetEnvironmentVariable));
        return services.AddSingleton<Redactor>();
    }

    /// <summary>What people are told; a sender belongs to it.</summary>
    private static IServiceCollection AddNotices(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<NotificationOptions>, NotificationOptionsValidator>()
        .AddSingleton<ISecretSource, ChannelSecrets>()
        .AddSingleton<Channels>()
        .AddSingleton<Addressees>()
        .AddSingleton<LetterWriter>()
        .AddSingleton<NoticeRouting>()
        .AddSingleton<Delivery>();

    /// <summary>What makes tickets runs.</summary>
    private static IServiceCollection AddTickets(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<IntakeOptions>, IntakeOptionsValidator>()
        .AddSingleton<ISecretSource, IntakeSecrets>()
        .AddSingleton<IntakeSources>()
        .AddSingleton<TicketApi>()
        .AddSingleton<ITicketReader, JiraReader>()
        .AddSingleton<ITicketReader, AzureDevOpsReader>()
        .AddSingleton<ITicketWriter, JiraComments>()
        .AddSingleton<ITicketWriter, AzureDevOpsComments>()
        .AddSingleton<ITicketMover, JiraMover>()
        .AddSingleton<ITicketMover, AzureDevOpsMover>()
        .AddSingleton<AdmitTicket>(provider => provider.GetRequiredService<Admission>().AdmitAsync)
        .AddSingleton<TicketStart>()
        .AddSingleton<TicketTries>()
        .AddSingleton<TicketMoves>()
        .AddSingleton<TicketComments>();

    /// <summary>What pushes verified changes.</summary>
    private static IServiceCollection AddLandings(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<LandingOptions>, RemoteTokenValidator>()
        .AddSingleton<ISecretSource, RemoteSecrets>()
        .AddSingleton<Remotes>()
        .AddSingleton<LandingCheck>()
        .AddSingleton<LandingText>()
        .AddSingleton<AgentCommits>();

    /// <summary>What has activities done where their run's workspace is.</summary>
    private static IServiceCollection AddHosting(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => ToolHost.Of(provider.GetRequiredService<DataFolder>()));
        return services
            .AddSingleton<IValidateOptions<HostOptions>, HostOptionsValidator>()
            .AddSingleton<IValidateOptions<HostOptions>, LeaseOrderValidator>()
            .AddSingleton<HostLease>()
            .AddSingleton<WorkspaceLayout>()
            .AddSingleton<WorkspaceTakeover>()
            .AddSingleton<HostedActivities>()
            .AddKeyedTransient<ITaskActivity, SetUpWorkspace>(nameof(SetUpWorkspace))
            .AddKeyedTransient<ITaskActivity, PrepareWorkspace>(nameof(PrepareWorkspace))
            .AddKeyedTransient<ITaskActivity, RunTool>(nameof(RunTool))
            .AddKeyedTransient<ITaskActivity, VerifyRun>(nameof(VerifyRun))
            .AddKeyedTransient<ITaskActivity, OpenFinalApproval>(nameof(OpenFinalApproval))
            .AddKeyedTransient<ITaskActivity, LeaveOut>(nameof(LeaveOut))
            .AddKeyedTransient<ITaskActivity, PlanLanding>(nameof(PlanLanding))
            .AddKeyedTransient<ITaskActivity, OpenLandingApproval>(nameof(OpenLandingApproval))
            .AddKeyedTransient<ITaskActivity, PushBranch>(nameof(PushBranch))
            .AddKeyedTransient<ITaskActivity, FinishRun>(nameof(FinishRun));
    }

    /// <summary>What the process needs beside it that speaks to the hub; one a deployment suffices, more do no harm.</summary>
    public static IServiceCollection AddAgentKeepers(this IServiceCollection services) => services
        .AddPurging()
        .AddHostedService<PurgeKeeper>()
        .AddHostedService<RunKeeper>()
        .AddHostedService<ScheduleKeeper>()
        .AddHostedService<DoorbellRinger>()
        .AddHostedService<PayloadSweeper>();

    /// <summary>What removes runs; it speaks to the hub.</summary>
    public static IServiceCollection AddPurging(this IServiceCollection services) => services.AddSingleton<RunPurge>().AddSingleton<DuePurges>();

    /// <summary>What a process needs beside it that tells people.</summary>
    public static IServiceCollection AddPostman(this IServiceCollection services) => services.AddHostedService<Postman>();

    /// <summary>What a process needs beside it that makes what was taken in runs, and tells tickets of them.</summary>
    public static IServiceCollection AddIntakeKeepers(this IServiceCollection services) => services
        .AddHostedService<IntakeKeeper>()
        .AddHostedService<TicketKeeper>();

    /// <summary>What a process needs beside it that keeps workspaces.</summary>
    public static IServiceCollection AddHostKeepers(this IServiceCollection services) => services
        .AddHostedService<HostKeeper>()
        .AddHostedService<CommandSweeper>();

    /// <summary>
    /// Has a worker serve runs of its own version and older ones. The hub isn't even to offer it newer ones, since each refusal counts as
    /// an attempt; a hub that does gets them back.
    /// </summary>
    /// <param name="worker">The worker.</param>
    /// <param name="keepsWorkspaces">Whether it is given what needs a run's workspace; else the hub gives that to others.</param>
    public static IDurableTaskWorkerBuilder ServeRuns(this IDurableTaskWorkerBuilder worker, bool keepsWorkspaces = true) => worker
        .UseVersioning(new DurableTaskWorkerOptions.VersioningOptions
        {
            Version = RunOrchestrator.NewestVersion,
            MatchStrategy = DurableTaskWorkerOptions.VersionMatchStrategy.CurrentOrOlder,
            FailureStrategy = DurableTaskWorkerOptions.VersionFailureStrategy.Reject,
        })
        .AddTasks(registry => registry.AddAgentTasks(keepsWorkspaces))
        .UseWorkItemFilters();

    /// <summary>The orchestrators and activities that a worker serves.</summary>
    /// <param name="registry">What they are added to.</param>
    /// <param name="keepsWorkspaces">With those that need a run's workspace.</param>
    public static DurableTaskRegistry AddAgentTasks(this DurableTaskRegistry registry, bool keepsWorkspaces = true)
    {
        AgentTaskTable tasks = ListTasks(keepsWorkspaces);
        foreach (((string name, string version), Func<ITaskOrchestrator> make) in tasks.Orchestrators)
        {
            registry.AddOrchestrator(name, version, make);
        }

        foreach ((string name, Func<IServiceProvider, ITaskActivity> make) in tasks.Activities)
        {
            registry.AddActivity(name, make);
        }

        return registry;
    }

    /// <inheritdoc cref="AddAgentTasks"/>
    public static AgentTaskTable ListTasks(bool keepsWorkspaces = true)
    {
        var registry = new AgentTaskTable();
        registry.AddOrchestrator<RunOrchestrator>();
        registry.AddOrchestrator<RunOrchestratorVersion6>();
        registry.AddOrchestrator<RunOrchestratorVersion5>();
        registry.AddOrchestrator<RunOrchestratorVersion4>();
        registry.AddOrchestrator<RunOrchestratorVersion3>();
        registry.AddOrchestrator<RunOrchestratorVersion2>();
        registry.AddOrchestrator<RunOrchestratorVersion1>();

        // Runs of builds before there were versions: what they call, and in which order, is that of version 1.
        registry.AddOrchestrator(nameof(RunOrchestrator), () => new RunOrchestratorVersion1());
        registry.AddOrchestrator<ApprovalOrchestrator>();
        registry.AddOrchestrator<ApprovalOrchestratorVersion1>();
        registry.AddOrchestrator<ScheduleOrchestrator>();
        registry.AddActivity<AttendSchedule>();
        registry.AddActivity<AttendApproval>();
        registry.AddActivity<AskModel>();
        registry.AddActivity<CompactTranscript>();
        registry.AddActivity<OpenCompactionApproval>();
        registry.AddActivity<OpenStuckApproval>();
        registry.AddActivity<TellAdvice>();
        registry.AddActivity<RefuseTool>();
        registry.AddActivity<OpenToolApproval>();
        registry.AddActivity<FindSubAgents>();
        registry.AddActivity<OpenPlanApproval>();
        registry.AddActivity<TellPlan>();
        registry.AddActivity<OpenBudgetApproval>();
        registry.AddActivity<RaiseAccount>();
        registry.AddActivity<ReadDecision>();
        registry.AddActivity<TellReview>();
        registry.AddActivity<OpenPullRequest>();
        registry.AddActivity<LookAtChecks>();
        registry.AddActivity<TellChecks>();
        registry.AddActivity<OpenFailedLanding>();
        if (keepsWorkspaces)
        {
            registry.AddHostedActivity<SetUpWorkspace>();
            registry.AddHostedActivity<PrepareWorkspace>();
            registry.AddHostedActivity<RunTool>();
            registry.AddHostedActivity<VerifyRun>();
            registry.AddHostedActivity<OpenFinalApproval>();
            registry.AddHostedActivity<LeaveOut>();
            registry.AddHostedActivity<PlanLanding>();
            registry.AddHostedActivity<OpenLandingApproval>();
            registry.AddHostedActivity<PushBranch>();
            registry.AddHostedActivity<FinishRun>();
        }

        return registry;
    }

    private static void AddHostedActivity<TActivity>(this AgentTaskTable registry)
        where TActivity : class, ITaskActivity => registry.AddActivity(
            typeof(TActivity).Name,
            services => new HostedActivity(
                services.GetRequiredKeyedService<ITaskActivity>(typeof(TActivity).Name), services.GetRequiredService<HostedActivities>()));
}
