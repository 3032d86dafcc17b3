using System.Diagnostics;
using Orchestrator.Failpoints;
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
    /// <param name="results">What the instance is told besides; from its present generation.</param>
    /// <param name="isInline">Whether the history of the instance goes along.</param>
    /// <returns>Null if the instance has nothing to do.</returns>
    public static Turn? LoadTurn(
        this HubTables tables,
        long key,
        DateTimeOffset now,
        Func<Instance, IReadOnlyList<HistoryEvent>> results,
        Func<Instance, bool> isInline)
    {
        if (tables.Instances.Find(key) is not { IsTerminal: false } instance
            || (instance is { StartsAt: not null, HistoryBatches: 0 } && tables.Timers.AwaitsStart(key)))
        {
            return null;
        }

        IReadOnlyList<InboxMessage> waiting = tables.Inboxes.Read(key, MostMessages);
        List<InboxMessage> taken = Fitting(waiting);
        HistoryEvent[] started = instance.HistoryBatches == 0 ? [tables.Instances.Started(key)] : [];
        HistoryEvent[] told = [.. started, .. taken.Select(message => message.Event), .. results(instance)];
        return told.Length == 0
            ? null
            : Turn.Of(instance, now, told) with
            {
                Messages = taken.ConvertAll(message => message.Sequence),
                HasMore = taken.Count < waiting.Count || waiting.Count == MostMessages,
                PastEvents = isInline(instance) ? tables.Histories.Read(key) : null,
            };
    }

    /// <returns>The instance as it is now.</returns>
    /// <exception cref="HubException">The instance has moved on since: another turn, another generation, another end.</exception>
    public static Instance CommitTurn(this HubTransaction transaction, Turn turn, TurnOutcome outcome)
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

        Failpoint.Hit("hub.turn.messages-taken");
        if (instance.Status == OrchestrationStatus.Pending)
        {
            transaction.Changes.Moves(instance.InstanceId);
        }

        instance = instance with
        {
            CustomStatus = outcome.CustomStatus,
            TraceContext = outcome.TraceContext ?? instance.TraceContext,
            UpdatedAt = transaction.Now,
            Attempts = 0,
            OpenTasks = instance.OpenTasks - turn.NewEvents.Count(happened => happened.AnsweredTask() is not null),
        };
        return outcome switch
        {
            TurnOutcome.GoesOn goesOn => transaction.GoOn(instance, goesOn),
            TurnOutcome.Ends ends => transaction.End(instance, ends),
            TurnOutcome.ContinuesAsNew next => transaction.ContinueAsNew(instance, next),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Appends one batch to the history and returns the instance that has it.</summary>
    public static Instance Append(this HubTransaction transaction, Instance instance, IReadOnlyList<HistoryEvent> events)
    {
        int bytes = transaction.Tables.Histories.Append(instance.Key, instance.HistoryBatches, events);
        Failpoint.Hit("hub.turn.history-appended");
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
            transaction.Changes.Adds(new PendingActivity(instance, activity, Attempts: 0));
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

    private static Instance GoOn(this HubTransaction transaction, Instance instance, TurnOutcome.GoesOn outcome)
    {
        instance = transaction.Append(instance, outcome.History) with
        {
            Status = outcome.Status,
            OpenTasks = instance.OpenTasks + outcome.History.Count(happened => happened.TaskScheduled is not null),
        };
        transaction.Tables.Instances.Update(instance);
        transaction.Request(instance, outcome.Requests);
        return instance;
    }

    private static Instance ContinueAsNew(this HubTransaction transaction, Instance instance, TurnOutcome.ContinuesAsNew next)
    {
        transaction.Tables.Histories.Remove(instance.Key);
        Failpoint.Hit("hub.continue-as-new.history-dropped");
        transaction.Tables.Timers.RemoveAll(instance.Key);
        transaction.Tables.Inboxes.RemoveBoundToExecution(instance.Key);
        transaction.Tables.ActivityAttempts.RemoveAll(instance.Key);
        if (instance.OpenTasks > 0)
        {
            transaction.Changes.DropsActivitiesOf(instance.Key);
        }

        instance = instance with
        {
            ExecutionId = StartSteps.NewExecutionId(),
            Generation = instance.Generation + 1,
            Version = next.NewVersion ?? instance.Version,
            Status = next.Status,
            HistoryBatches = 0,
            HistoryBytes = 0,
            OpenTasks = 0,
            TraceContext = null,
        };
        transaction.Tables.Instances.Update(instance);
        ExecutionStartedEvent started = transaction.Tables.Instances.Started(instance.Key).ExecutionStarted;
        started.OrchestrationInstance = instance.Execution();
        started.Input = next.Input;
        started.Version = instance.Version;
        started.ScheduledStartTimestamp = null;
        transaction.Tables.Instances.SaveStarted(instance.Key, HistoryEvents.Started(started, transaction.Now));
        Failpoint.Hit("hub.continue-as-new.started");
        foreach (HistoryEvent carried in next.Carried)
        {
            // Younger generations rank lower: what they carry precedes even what an older one left unread.
            transaction.Tables.Inboxes.Add(instance.Key, new InboxMessage(carried, -instance.Generation, IsBoundToExecution: false));
        }

        transaction.Changes.Wakes(instance);
        transaction.Request(instance, new TurnRequests { Events = next.Sent });
        return instance;
    }
}
