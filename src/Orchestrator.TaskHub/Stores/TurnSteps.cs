using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>Reading a turn and committing what it leaves: all of it in one transaction, or nothing.</summary>
internal static class TurnSteps
{
    private const int MostMessages = 1000;

    // With a start, a message and the inline history of at most a megabyte each, the work item stays
    // under the four megabytes that a gRPC receiver takes.
    private const int MostMessageBytes = 1024 * 1024;

    /// <param name="tables">What to read.</param>
    /// <param name="key">Whose turn it is.</param>
    /// <param name="now">The time of the turn.</param>
    /// <param name="isInline">Whether a history of that many bytes goes along.</param>
    /// <returns>Null if the instance has nothing to do.</returns>
    public static Turn? LoadTurn(this HubTables tables, long key, DateTimeOffset now, Func<long, bool> isInline)
    {
        if (tables.Instances.Find(key) is not { IsTerminal: false } instance || !instance.IsDue(now))
        {
            return null;
        }

        IReadOnlyList<InboxMessage> waiting = tables.Inboxes.Read(key, MostMessages);
        bool isFirst = instance.HistoryBatches == 0;
        if (waiting.Count == 0 && !isFirst)
        {
            return null;
        }

        HistoryEvent started = tables.Instances.Started(key);
        List<InboxMessage> taken = Fitting(waiting);

        // The orchestrator's clock must not run backwards, even if the machine's does, nor lie before what it is told of:
        // a message may have come in after the time was read.
        DateTimeOffset clock = taken.Select(message => message.Event.Timestamp.ToDateTimeOffset())
            .Append(instance.UpdatedAt).Append(now).Max();
        var newEvents = new List<HistoryEvent> { HistoryEvents.TurnStarted(clock) };
        newEvents.AddRange(isFirst ? [started] : []);
        newEvents.AddRange(taken.Select(message => message.Event));

        return new Turn
        {
            Instance = instance,
            Started = started.ExecutionStarted,
            NewEvents = newEvents,
            Messages = taken.Select(message => message.Sequence).ToList(),
            HasMore = taken.Count < waiting.Count || waiting.Count == MostMessages,
            PastEvents = isInline(instance.HistoryBytes) ? tables.Histories.Read(key) : null,
        };
    }

    /// <exception cref="HubException">The instance has moved on since: another turn, another generation, another end.</exception>
    public static void CommitTurn(this HubTransaction transaction, Turn turn, TurnOutcome outcome)
    {
        Instance? instance = transaction.Tables.Instances.Find(turn.Instance.Key);
        if (instance is not { IsTerminal: false }
            || instance.ExecutionId != turn.Instance.ExecutionId
            || instance.HistoryBatches != turn.Instance.HistoryBatches)
        {
            throw new HubException(HubRefusal.StaleToken, $"Instance {turn.Instance.InstanceId} has moved on; the turn is dropped.");
        }

        foreach (long sequence in turn.Messages)
        {
            transaction.Tables.Inboxes.Remove(sequence);
        }

        if (instance.Status == OrchestrationStatus.Pending)
        {
            transaction.Changes.Moves(instance.InstanceId);
        }

        instance = instance with { CustomStatus = outcome.CustomStatus, UpdatedAt = transaction.Now, Attempts = 0 };
        switch (outcome)
        {
            case TurnOutcome.GoesOn goesOn:
                transaction.GoOn(instance, goesOn);
                break;
            case TurnOutcome.Ends ends:
                transaction.End(instance, ends);
                break;
            case TurnOutcome.ContinuesAsNew next:
                transaction.ContinueAsNew(instance, next);
                break;
        }
    }

    /// <summary>Appends one batch to the history and returns the instance that has it.</summary>
    public static Instance Append(this HubTransaction transaction, Instance instance, IReadOnlyList<HistoryEvent> events)
    {
        int bytes = transaction.Tables.Histories.Append(instance.Key, instance.HistoryBatches, events);
        return instance with
        {
            HistoryBatches = instance.HistoryBatches + 1,
            HistoryBytes = instance.HistoryBytes + bytes,
        };
    }

    /// <summary>Carries out what a turn asked for.</summary>
    public static void Request(this HubTransaction transaction, Instance instance, TurnRequests requests)
    {
        foreach (ActivityRequest activity in requests.Activities)
        {
            long key = transaction.Tables.Activities.Add(instance.Key, activity);
            transaction.Changes.Adds(new PendingActivity(key, instance.Key, Attempts: 0, activity));
        }

        foreach (TimerRequest timer in requests.Timers)
        {
            transaction.Tables.Timers.Add(instance.Key, timer.TimerId, timer.FireAt);
            transaction.Changes.SetsTimer(timer.FireAt);
        }

        foreach (ChildRequest child in requests.Children)
        {
            transaction.StartChild(instance, child);
        }

        foreach (HistoryEvent refusal in requests.Refusals)
        {
            transaction.Answer(instance, refusal);
        }

        foreach (EventRequest sent in requests.Events)
        {
            // As the protocol has it, an event for nobody is lost: its sender cannot be told.
            if (transaction.Tables.Instances.Find(sent.InstanceId) is { } target)
            {
                transaction.Send(target, sent.Raised);
            }
        }
    }

    // At least one, so that every message gets its turn.
    private static List<InboxMessage> Fitting(IReadOnlyList<InboxMessage> waiting)
    {
        int bytes = 0;
        return waiting.TakeWhile((message, index) => (bytes += message.Event.CalculateSize()) <= MostMessageBytes || index == 0).ToList();
    }

    private static void GoOn(this HubTransaction transaction, Instance instance, TurnOutcome.GoesOn outcome)
    {
        instance = transaction.Append(instance, outcome.History) with { Status = outcome.Status };
        transaction.Tables.Instances.Update(instance);
        transaction.Request(instance, outcome.Requests);
    }

    private static void ContinueAsNew(this HubTransaction transaction, Instance instance, TurnOutcome.ContinuesAsNew next)
    {
        transaction.Tables.Histories.Remove(instance.Key);
        transaction.Tables.Timers.RemoveAll(instance.Key);
        transaction.Tables.Inboxes.RemoveBoundToExecution(instance.Key);
        transaction.RemoveActivities(instance);

        instance = instance with
        {
            ExecutionId = next.Started.OrchestrationInstance.ExecutionId,
            Generation = instance.Generation + 1,
            Version = next.Started.Version,
            Status = OrchestrationStatus.Running,
            HistoryBatches = 0,
            HistoryBytes = 0,
        };
        transaction.Tables.Instances.Update(instance);
        transaction.Tables.Instances.SaveStarted(instance.Key, HistoryEvents.Started(next.Started, transaction.Now));
        foreach (HistoryEvent carried in next.Carried)
        {
            // Younger generations rank lower: what they carry precedes even what an older one left unread.
            transaction.Tables.Inboxes.Add(instance.Key, new InboxMessage(carried, -instance.Generation, IsBoundToExecution: false));
        }

        transaction.Changes.Wakes(instance);
    }
}
