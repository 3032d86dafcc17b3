using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Runs.Purges;
using Orchestrator.Agent.Schedules;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Tracing;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;
using Orchestrator.Storage.Bulk;
using Orchestrator.Storage.RunFiles;

namespace Orchestrator.Storage;

/// <summary>Puts the agent's stores on a run database.</summary>
public static class StorageServiceCollectionExtensions
{
    public static IServiceCollection AddStorage(this IServiceCollection services, RunDatabase database)
    {
        var runs = new RunRows(database);
        services.AddOptions<BlobOptions>().ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<BlobOptions>, BlobOptionsValidator>()
            .AddSingleton<IValidateOptions<BlobOptions>, BlobAddressValidator>()
            .AddSingleton(database)
            .AddSingleton<RunHome>()
            .AddSingleton<RunBackups>()
            .AddSingleton(database.Data)
            .AddSingleton(provider => BulkOf(database, provider.GetRequiredService<IOptions<BlobOptions>>().Value))
            .AddSingleton<PayloadRows>()
            .AddSingleton(provider => RunFilesOf(database, provider.GetRequiredService<IBulkStore>(), provider.GetRequiredService<IOptions<BlobOptions>>().Value))
            .AddSingleton<TranscriptRows>()
            .AddSingleton<IHostStore>(new HostRows(database))
            .AddSingleton<IPayloadStore>(provider => provider.GetRequiredService<PayloadRows>())
            .AddSingleton<ITranscriptStore>(provider => provider.GetRequiredService<TranscriptRows>())
            .AddSingleton<IReplyStore, ReplyRows>()
            .AddSingleton<IEffectJournal, EffectRows>()
            .AddSingleton<ICompactionStore, CompactionRows>()
            .AddSingleton<IAuditStore>(new AuditRows(database))
            .AddSingleton<IPolicyStore>(new PolicyRows(database))
            .AddSingleton<INotificationStore>(new NotificationRows(database))
            .AddSingleton<IApprovalStore>(new ApprovalRows(database))
            .AddSingleton<ISignalStore>(new SignalRows(database))
            .AddSingleton<ISteeringStore, SteeringRows>()
            .AddSingleton<IAccountStore>(new AccountRows(database))
            .AddSingleton<IScheduleStore>(new ScheduleRows(database))
            .AddSingleton<ITraceStore>(new TraceRows(database))
            .AddSingleton<IVerdictStore, VerdictRows>()
            .AddSingleton(runs)
            .AddSingleton<IForkStore, ForkRows>()
            .AddSingleton<IPurgeStore, PurgeRows>()
            .AddSingleton<IIntakeStore>(new IntakeRows(database, runs))
            .AddSingleton<ITicketStore>(new TicketRows(database))
            .AddSingleton<ITicketCommentStore>(new TicketCommentRows(database))
            .AddSingleton<ITicketTransitionStore>(new TicketTransitionRows(database))
            .AddSingleton<IRunStore>(runs)
            .AddSingleton<ITaskStore>(runs);
    }

    private static IRunFiles RunFilesOf(RunDatabase database, IBulkStore bulk, BlobOptions blobs) =>
        blobs.RunFiles ? new ContainerRunFiles(database, new RunFileRows(database), bulk) : new SharedRunFiles();

    private static IBulkStore BulkOf(RunDatabase database, BlobOptions blobs) =>
        blobs.IsUsed ? new BlobContainer(blobs, database.Time, pause: TimeSpan.FromSeconds(1)) : new BulkFolder(database.Data, database.Time);
}
