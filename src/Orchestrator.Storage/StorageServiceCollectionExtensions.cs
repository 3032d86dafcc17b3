using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Schedules;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Storage;

/// <summary>Puts the agent's stores on a run database.</summary>
public static class StorageServiceCollectionExtensions
{
    public static IServiceCollection AddStorage(this IServiceCollection services, RunDatabase database)
    {
        var payloads = new PayloadRows(database);
        var transcripts = new TranscriptRows(database, payloads);
        var runs = new RunRows(database);
        return services
            .AddSingleton(database.Data)
            .AddSingleton<IHostStore>(new HostRows(database))
            .AddSingleton<IPayloadStore>(payloads)
            .AddSingleton<ITranscriptStore>(transcripts)
            .AddSingleton<IReplyStore>(new ReplyRows(database, transcripts))
            .AddSingleton<IEffectJournal>(new EffectRows(database, transcripts, payloads))
            .AddSingleton<ICompactionStore>(new CompactionRows(database, payloads))
            .AddSingleton<IAuditStore>(new AuditRows(database))
            .AddSingleton<IPolicyStore>(new PolicyRows(database))
            .AddSingleton<INotificationStore>(new NotificationRows(database))
            .AddSingleton<IApprovalStore>(new ApprovalRows(database))
            .AddSingleton<ISignalStore>(new SignalRows(database))
            .AddSingleton<ISteeringStore>(new SteeringRows(database, transcripts))
            .AddSingleton<IAccountStore>(new AccountRows(database))
            .AddSingleton<IScheduleStore>(new ScheduleRows(database))
            .AddSingleton<IVerdictStore>(new VerdictRows(database, transcripts))
            .AddSingleton<IForkStore>(new ForkRows(database, runs, transcripts, payloads))
            .AddSingleton<IIntakeStore>(new IntakeRows(database, runs))
            .AddSingleton<ITicketStore>(new TicketRows(database))
            .AddSingleton<IRunStore>(runs)
            .AddSingleton<ITaskStore>(runs);
    }
}
