using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Intake;

/// <summary>Admits a task that comes from a ticket.</summary>
/// <param name="task">The task.</param>
/// <param name="origin">Where it comes from.</param>
/// <param name="cancellationToken">Ends the wait.</param>
public delegate Task<AdmittedTask> AdmitTicket(AgentTask task, TaskOrigin origin, CancellationToken cancellationToken);

/// <summary>
/// Makes deliveries runs, one after the other. An attempt is stored before it is made; the run, its ticket and the delivery's end are one
/// transaction: whoever dies before it has the delivery tried again, and nobody has it become two runs.
/// </summary>
public sealed class TicketStart(
    IntakeSources sources, IEnumerable<ITicketReader> readers, AdmitTicket admit, IIntakeStore store, Redactor redactor, TimeProvider time, ILogger<TicketStart> logger)
{
    /// <summary>About three hours.</summary>
    public const int MostAttempts = 12;

    /// <summary>For as long other keepers keep off: longer than an admission takes.</summary>
    public static readonly TimeSpan Claim = TimeSpan.FromMinutes(5);

    private const int MostOfAReason = 500;

    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(30);

    /// <summary>Makes whatever is next a run.</summary>
    /// <returns>False if nothing may be started now.</returns>
    public async Task<bool> StartNextAsync(CancellationToken cancellationToken)
    {
        IntakeQueue queue = await store.ReadQueueAsync(cancellationToken);
        if (queue.Next(sources.MostRuns, source => sources.Find(source)?.MostRuns) is not { } next)
        {
            return false;
        }

        if (await store.ClaimAsync(next.Id, time.GetUtcNow() + Claim, cancellationToken) is { } claimed)
        {
            await StartAsync(claimed, cancellationToken);
        }

        return true;
    }

    private async Task StartAsync(IntakeDelivery delivery, CancellationToken cancellationToken)
    {
        if (sources.Find(delivery.Source) is not { } source)
        {
            await store.EndAsync(delivery, DeliveryState.Failed, $"There is no source '{delivery.Source}' any more.", cancellationToken);
            return;
        }

        try
        {
            await StartAsync(source, delivery, cancellationToken);
        }
        catch (Exception failure) when (failure is TaskFileException or UnknownModelException or ProviderException or EnvironmentException
            or PolicyFileException or PeopleFileException or RoutingFileException or TicketReadException)
        {
            await PutOffAsync(delivery, failure.Message, cancellationToken);
        }
    }

    private async Task StartAsync(IntakeSource source, IntakeDelivery delivery, CancellationToken cancellationToken)
    {
        Wish wish = delivery.Wish ?? throw new InvalidOperationException($"Delivery {delivery.Id} asks for nothing.");
        if (readers.FirstOrDefault(one => one.Host == source.Host) is { } reader)
        {
            ReadTicket read = await reader.ReadAsync(source, wish, cancellationToken);
            if (read.Wish is null)
            {
                await store.EndAsync(delivery, DeliveryState.Refused, read.Refusal!, cancellationToken);
                return;
            }

            wish = read.Wish;
        }

        if (!source.Repositories.TryGetValue(wish.Ticket.Repository, out WorkspaceSource? workspace))
        {
            await store.EndAsync(delivery, DeliveryState.Refused, $"{wish.Ticket.Repository} is not under Repositories of source {source.Name}.", cancellationToken);
            return;
        }

        AgentTask task = source.Template.Fill(wish.Ticket, wish.Text, workspace);
        AdmittedTask admitted = await admit(task, new TaskOrigin(wish.Requester, source.Tenant, wish.Ticket.Author), cancellationToken);
        StartOutcome outcome = await store.StartAsync(delivery, wish, admitted, new IntakeLimits(sources.MostRuns, source.MostRuns), cancellationToken);
        Log.Tried(logger, delivery.Id, source.Name, outcome);
    }

    private async Task PutOffAsync(IntakeDelivery delivery, string failure, CancellationToken cancellationToken)
    {
        string reason = ShortText.Cut(redactor.Redact(failure), MostOfAReason);
        if (delivery.Attempts >= MostAttempts)
        {
            Log.GivenUp(logger, delivery.Id, delivery.Source, delivery.Attempts, reason);
            await store.EndAsync(delivery, DeliveryState.Failed, reason, cancellationToken);
            return;
        }

        Log.PutOff(logger, delivery.Id, delivery.Source, reason);
        TimeSpan rest = FirstRest * Math.Pow(2, delivery.Attempts - 1);
        await store.PostponeAsync(delivery, time.GetUtcNow() + (rest < LongestRest ? rest : LongestRest), reason, cancellationToken);
    }
}
