using Google.Protobuf.WellKnownTypes;
using Orchestrator.Failpoints;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>Making instances, and what to do when the id is taken.</summary>
internal static class StartSteps
{
    /// <param name="transaction">The write it is part of.</param>
    /// <param name="request">What to start.</param>
    /// <param name="replaceable">Statuses in which an instance of the same id gives way.</param>
    /// <exception cref="HubException">The id is taken, or what has it may be replaced but not terminated.</exception>
    public static void Start(
        this HubTransaction transaction, StartRequest request, IReadOnlyCollection<OrchestrationStatus> replaceable)
    {
        if (transaction.Tables.Instances.Find(request.InstanceId) is { } existing)
        {
            if (!replaceable.Contains(existing.Status))
            {
                throw new HubException(
                    HubRefusal.AlreadyExists, $"An instance {request.InstanceId} exists already and is {existing.Status}.");
            }

            // Replacing what is under way means terminating it first.
            if (!existing.IsTerminal && !replaceable.Contains(OrchestrationStatus.Terminated))
            {
                throw new HubException(
                    HubRefusal.Invalid,
                    "Invalid reusable statuses: cannot exclude 'Terminated' while also allowing reuse of running instances.");
            }

            transaction.Replace(existing);
        }

        transaction.Add(request);
    }

    /// <summary>Starts the ended instance again, or a twin of it under another id.</summary>
    /// <exception cref="HubException">There is none, or it is under way.</exception>
    public static void Restart(this HubTransaction transaction, string instanceId, string newInstanceId)
    {
        Instance original = transaction.Required(instanceId);
        if (instanceId == newInstanceId && !original.IsTerminal)
        {
            throw new HubException(HubRefusal.WrongState, $"Instance {instanceId} is {original.Status}: only an ended one can restart.");
        }

        ExecutionStartedEvent started = transaction.Tables.Instances.Started(original.Key).ExecutionStarted;
        var again = new StartRequest
        {
            InstanceId = newInstanceId,
            Name = started.Name,
            Version = started.Version,
            Input = started.Input,
            Tags = started.Tags,
        };
        transaction.Start(again, OrchestrationStatuses.Terminal);
    }

    /// <summary>Starts a child, unless an instance of its id is under way: that is a failure of the child.</summary>
    public static void StartChild(this HubTransaction transaction, Instance parent, ChildRequest child)
    {
        if (transaction.Tables.Instances.Find(child.Start.InstanceId) is { IsTerminal: false })
        {
            TaskFailureDetails failure = HubFailures.InstanceExists(child.Start.InstanceId);
            transaction.Answer(parent, HistoryEvents.ChildFailed(child.TaskId, failure, transaction.Now));
            return;
        }

        Failpoint.Hit("hub.child.starting");
        transaction.Start(child.Start, OrchestrationStatuses.Terminal);
        Failpoint.Hit("hub.child.started");
    }

    public static string NewExecutionId() => Guid.NewGuid().ToString("N");

    private static void Replace(this HubTransaction transaction, Instance existing)
    {
        if (!existing.IsTerminal)
        {
            existing = transaction.Terminate(existing, output: null, recurse: false);
        }

        transaction.Remove(existing);
        Failpoint.Hit("hub.replace.removed");
    }

    private static void Add(this HubTransaction transaction, StartRequest request)
    {
        var instance = new Instance
        {
            InstanceId = request.InstanceId,
            ExecutionId = NewExecutionId(),
            Name = request.Name,
            Version = request.Version,
            ParentId = request.Parent?.OrchestrationInstance.InstanceId,
            CreatedAt = transaction.Now,
            UpdatedAt = transaction.Now,
            StartsAt = request.StartsAt,
        };
        HistoryEvent started = HistoryEvents.Started(StartedEvent(request, instance.ExecutionId), transaction.Now);
        instance = instance with { Key = transaction.Tables.Instances.Add(instance, started) };
        transaction.Changes.Moves(instance.InstanceId);

        if (instance.IsDue(transaction.Now))
        {
            transaction.Changes.Wakes(instance);
        }
        else
        {
            transaction.Tables.Timers.Add(instance.Key, timerId: null, instance.StartsAt!.Value);
            transaction.Changes.SetsTimer(instance.StartsAt.Value);
        }
    }

    private static ExecutionStartedEvent StartedEvent(StartRequest request, string executionId)
    {
        var started = new ExecutionStartedEvent
        {
            Name = request.Name,
            Version = request.Version,
            Input = request.Input,
            OrchestrationInstance = new OrchestrationInstance { InstanceId = request.InstanceId, ExecutionId = executionId },
            ParentInstance = request.Parent,
            ParentTraceContext = request.Trace,
            ScheduledStartTimestamp = request.StartsAt?.ToTimestamp(),
        };
        foreach ((string name, string value) in request.Tags)
        {
            started.Tags.Add(name, value);
        }

        return started;
    }
}
