using Orchestrator.Failpoints;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>An instance's turn on its way to a worker and back.</summary>
internal sealed class OrchestrationProcessor(
    HubCommits commits, ResultCommits results, LiveInstances live, TaskHubOptions options)
{
    private const int MostResultBytes = 1024 * 1024;

    private readonly PayloadLimit _limit = new(options.MaxPayloadBytes);

    /// <summary>The turn as its worker gets it, if that takes no look into the store.</summary>
    public WorkItem? PrepareLive(Lease lease, OrchestrationItem item)
    {
        if (item.HasMessages || live.Find(item.Key) is not { } known || !known.IsHeld(lease.Stream, known.Instance))
        {
            return null;
        }

        lease.Results = Joining(item, known.Instance);
        if (lease.Results.Count == 0)
        {
            return null;
        }

        Failpoint.Hit("hub.dispatch.live");
        lease.Turn = Turn.Of(known.Instance, commits.Now, lease.Events());
        return Request(lease, known.Token);
    }

    /// <summary>The turn as its worker gets it; null if the instance has nothing to do.</summary>
    public async Task<WorkItem?> PrepareAsync(Lease lease, OrchestrationItem item, CancellationToken cancellationToken)
    {
        lease.Turn = await commits.ReadAsync(
            tables => tables.LoadTurn(
                item.Key,
                commits.Now,
                instance =>
                {
                    lease.Results = Joining(item, instance);
                    return lease.Events();
                },
                instance => BaseOf(lease, instance) is null
                    && (instance.HistoryBytes <= options.InlineHistoryBytes || !lease.Stream.TakesHistoryStreams)),
            cancellationToken);
        if (lease.Turn is not null)
        {
            Failpoint.Hit("hub.dispatch.read");
            // If it is not at hand any more since the history was left out, the worker fetches that itself.
            return Request(lease, BaseOf(lease, lease.Turn.Instance));
        }

        foreach (PendingResult result in item.Results)
        {
            results.CommitAlone(result);
        }

        return null;
    }

    /// <returns>The instance as it is now; null if the turn was told of a result that never got to the disk.</returns>
    /// <exception cref="HubException">The instance has moved on.</exception>
    public async Task<Instance?> CommitAsync(
        Lease lease,
        IReadOnlyList<OrchestratorAction> actions,
        string? customStatus,
        OrchestrationTraceContext? traceContext,
        CancellationToken cancellationToken)
    {
        Turn turn = lease.Turn!;
        var along = new List<PendingResult>(lease.Results.Count);
        try
        {
            foreach (PendingResult result in lease.Results)
            {
                if (result.TryGoWithTurn())
                {
                    along.Add(result);
                }
                else if (await SequenceAsync(result) is { } sequence)
                {
                    turn = turn with { Messages = [.. turn.Messages, sequence] };
                }
                else
                {
                    StayBehind(along);
                    return null;
                }
            }

            Failpoint.Hit("hub.turn.results-joined");
            Instance instance = await commits.WriteAsync(
                transaction => transaction.CommitTurn(
                    turn,
                    TurnInterpreter.Interpret(turn, actions, customStatus, transaction.Now, _limit) with { TraceContext = Kept(traceContext) }),
                cancellationToken);
            Failpoint.Hit("hub.turn.committed");
            along.ForEach(result => result.ArriveWithTurn());
            return instance;
        }
        catch
        {
            StayBehind(along);
            throw;
        }
    }

    public Task SaveAttemptsAsync(OrchestrationItem item, CancellationToken cancellationToken) =>
        commits.WriteAsync(transaction => transaction.Tables.Instances.SaveAttempts(item.Key, item.Attempts), cancellationToken);

    public Task QuarantineAsync(OrchestrationItem item, CancellationToken cancellationToken) =>
        commits.WriteAsync(transaction => transaction.Quarantine(item.Key, item.Attempts), cancellationToken);

    // It goes with every turn from now on: one that is too large is left out.
    private static OrchestrationTraceContext? Kept(OrchestrationTraceContext? trace) =>
        trace?.CalculateSize() <= PayloadLimit.BytesBeside ? trace : null;

    private static async Task<long?> SequenceAsync(PendingResult result)
    {
        try
        {
            return await result.Committed;
        }
        catch (Exception)
        {
            // Its worker has been told why; for the turn it only matters that it never happened.
            return null;
        }
    }

    private void StayBehind(List<PendingResult> along)
    {
        foreach (PendingResult result in along)
        {
            result.StayBehind();
            results.CommitAlone(result);
        }
    }

    // What is committed already comes as a message, or wakes the instance again. What another generation asked for is refused.
    private List<PendingResult> Joining(OrchestrationItem item, Instance instance)
    {
        var joining = new List<PendingResult>(item.Results.Count);
        int bytes = 0;
        foreach (PendingResult result in item.Results)
        {
            bytes += result.Event.CalculateSize();
            if (result.Asker.ExecutionId != instance.ExecutionId || (bytes > MostResultBytes && joining.Count > 0))
            {
                results.CommitAlone(result);
            }
            else if (result.IsWaiting)
            {
                joining.Add(result);
            }
        }

        return joining;
    }

    private string? BaseOf(Lease lease, Instance instance) =>
        live.Find(instance.Key) is { } known && known.IsHeld(lease.Stream, instance) ? known.Token : null;

    private static WorkItem Request(Lease lease, string? baseToken)
    {
        Turn turn = lease.Turn!;
        lease.IsBare = baseToken is not null;
        var request = new OrchestratorRequest
        {
            InstanceId = turn.Instance.InstanceId,
            ExecutionId = turn.Instance.ExecutionId,
            PastEvents = { turn.PastEvents ?? [] },
            NewEvents = { turn.NewEvents },
            RequiresHistoryStreaming = turn.PastEvents is null && baseToken is null,
            OrchestrationTraceContext = turn.Instance.TraceContext,
        };
        if (lease.Stream.KeepsOrchestrators)
        {
            new LiveOrchestration(baseToken).AddTo(request);
        }

        return new WorkItem { CompletionToken = lease.Token, OrchestratorRequest = request };
    }
}
