using Grpc.Core;
using Orchestrator.Protocol;

namespace Orchestrator.Simulation.Tests.ModelBased;

/// <summary>What a hub does, without a store, work items, leases or time: as short as it can be said.</summary>
internal sealed class HubModel
{
    private const double LongestRest = 3600;

    /// <summary>Seconds that an instance has to answer its termination; over when nothing else happens.</summary>
    public const double Grace = 29.95;

    /// <summary>Seconds until an item that was refused comes again; over when nothing else happens.</summary>
    public const double Rest = 1.013;

    /// <summary>Seconds that no clock tells from none.</summary>
    private const double Instant = 1e-6;

    private readonly Dictionary<string, ModelInstance> _instances = [];
    private readonly List<(double At, ModelInstance Instance)> _forced = [];

    public double Now { get; private set; }

    public List<ModelTurn> Turns { get; } = [];

    public List<ModelActivity> Activities { get; } = [];

    public IEnumerable<ModelInstance> Instances => _instances.Values;

    public ModelInstance? Find(string id) => _instances.GetValueOrDefault(id);

    /// <summary>Whatever comes with time happens in its order.</summary>
    public void AdvanceTo(double now)
    {
        HandOut();
        while (Next() is { } next && next.At <= now)
        {
            Now = next.At;
            next.Happen();

            // What is due at the same time comes in one turn.
            if (Next() is not { } another || another.At - Now > Instant)
            {
                HandOut();
            }
        }

        Now = now;
        HandOut();
    }

    public StatusCode Start(string id, string input, bool replaces, ModelInstance? parent = null, int task = 0)
    {
        if (Find(id) is { } existing)
        {
            if (!existing.IsEnded && !replaces)
            {
                return StatusCode.AlreadyExists;
            }

            if (!existing.IsEnded)
            {
                End(existing, OrchestrationStatus.Terminated, null);
            }

            Remove(existing);
        }

        _instances[id] = new ModelInstance(id, input) { Parent = parent, ParentExecution = parent?.Execution, ParentTask = task };
        return StatusCode.OK;
    }

    public StatusCode Send(string id, string text)
    {
        if (Find(id) is not { } instance)
        {
            return StatusCode.NotFound;
        }

        Put(instance, new Message(text, isBound: false));
        return StatusCode.OK;
    }

    public StatusCode Terminate(string id, bool all)
    {
        if (Find(id) is not { } instance)
        {
            return StatusCode.NotFound;
        }

        RequestTermination(instance, all);
        return StatusCode.OK;
    }

    public int Purge(string id)
    {
        if (Find(id) is not { IsEnded: true } instance)
        {
            return 0;
        }

        Remove(instance);
        return 1;
    }

    public StatusCode Restart(string id) => Find(id) switch
    {
        null => StatusCode.NotFound,
        { IsEnded: false } => StatusCode.FailedPrecondition,
        { } ended => Start(id, ended.Input!, replaces: false),
    };

    public StatusCode Rewind(string id)
    {
        if (Find(id) is not { } instance)
        {
            return StatusCode.NotFound;
        }

        if (instance.Status != OrchestrationStatus.Failed)
        {
            return StatusCode.FailedPrecondition;
        }

        instance.Status = instance.IsSuspended ? OrchestrationStatus.Suspended : OrchestrationStatus.Running;
        instance.Output = null;
        instance.Execution = new object();
        instance.Refusals = 0;
        Put(instance, new Message("rewound", isBound: false));
        return StatusCode.OK;
    }

    /// <summary>
    /// The worker answers a turn; what it asks for happens unless the instance has moved on. An instance that was told to end has
    /// ended then, whatever it asked for.
    /// </summary>
    public StatusCode Answer(ModelTurn turn, Action<ModelInstance> then)
    {
        Turns.Remove(turn);
        ModelInstance instance = turn.Instance;
        bool isCurrent = !instance.IsEnded && instance.Turn == turn && instance.Execution == turn.Execution;
        instance.Turn = instance.Turn == turn ? null : instance.Turn;
        if (!isCurrent)
        {
            return StatusCode.NotFound;
        }

        instance.Inbox.RemoveAll(turn.Taken.Contains);
        instance.HasBegun = instance.HasEverBegun = true;
        instance.Refusals = 0;
        instance.Status = turn.Taken.Aggregate(
            instance.Status == OrchestrationStatus.Pending ? OrchestrationStatus.Running : instance.Status,
            (status, message) => message.Text switch
            {
                "suspend" => OrchestrationStatus.Suspended,
                "resume" => OrchestrationStatus.Running,
                _ => status,
            });
        instance.IsSuspended = instance.Status == OrchestrationStatus.Suspended;
        then(instance);
        if (turn.IsToldToEnd && !instance.IsEnded)
        {
            End(instance, OrchestrationStatus.Terminated, null, turn.TakesChildrenAlong);
        }

        return StatusCode.OK;
    }

    public void Abandon(ModelTurn turn)
    {
        Turns.Remove(turn);
        ModelInstance instance = turn.Instance;
        if (instance.Turn != turn)
        {
            return;
        }

        instance.Turn = null;
        instance.Refusals++;
        instance.RestsUntil = Now + Math.Min(LongestRest, Rest * Math.Pow(4, instance.Refusals - 1));
    }

    public static void ContinueAsNew(ModelInstance instance, string input)
    {
        instance.Input = input;
        instance.Execution = new object();
        instance.HasBegun = false;
        instance.Timers.Clear();
        instance.Inbox.RemoveAll(message => message.IsBound);
        if (instance.IsSuspended)
        {
            instance.Inbox.Insert(0, new Message("suspend", isBound: false));
            instance.IsSuspended = false;
        }
    }

    public StatusCode EndActivity(ModelActivity activity, string text)
    {
        Activities.Remove(activity);
        ModelInstance asker = activity.Asker;
        if (asker.IsRemoved || asker.Status == OrchestrationStatus.Terminated || asker.Execution != activity.Execution)
        {
            return StatusCode.NotFound;
        }

        Put(asker, new Message(text, isBound: true));
        return StatusCode.OK;
    }

    public void StartChild(ModelInstance parent, string id, string input, int task)
    {
        parent.HasChildren = true;
        if (Find(id) is { IsEnded: false })
        {
            Put(parent, new Message($"child {task} failed", isBound: true));
        }
        else
        {
            Start(id, input, replaces: false, parent, task);
        }
    }

    public void End(ModelInstance instance, OrchestrationStatus status, string? output, bool all = false)
    {
        all |= status == OrchestrationStatus.Terminated && instance.Inbox.Any(message => message.Text == "terminate all");
        instance.Status = status;
        instance.Output = output;
        instance.Inbox.Clear();
        instance.Timers.Clear();
        if (instance.Parent is { IsEnded: false } parent && parent.Execution == instance.ParentExecution)
        {
            string how = status == OrchestrationStatus.Completed ? "completed" : "failed";
            Put(parent, new Message($"child {instance.ParentTask} {how}", isBound: true));
        }

        if (all)
        {
            foreach (ModelInstance child in _instances.Values.Where(child => child.Parent == instance).ToList())
            {
                RequestTermination(child, all: true);
            }
        }
    }

    private void RequestTermination(ModelInstance instance, bool all)
    {
        if (instance.IsEnded)
        {
            return;
        }

        if (!instance.HasEverBegun)
        {
            End(instance, OrchestrationStatus.Terminated, null, all);
            return;
        }

        Put(instance, new Message(all ? "terminate all" : "terminate", isBound: false));
        _forced.Add((Now + Grace, instance));
    }

    private static void Put(ModelInstance instance, Message message)
    {
        if (!instance.IsEnded)
        {
            instance.Inbox.Add(message);
        }
    }

    private void Remove(ModelInstance instance)
    {
        instance.IsRemoved = true;
        _instances.Remove(instance.Id);
    }

    // A worker has room for everything: whoever has something to do gets its turn at once.
    private void HandOut()
    {
        foreach (ModelInstance instance in _instances.Values)
        {
            if (!instance.IsEnded && instance.Turn is null && instance.RestsUntil <= Now && (instance.Inbox.Count > 0 || !instance.HasBegun))
            {
                bool isFirst = !instance.HasBegun;
                instance.Turn = new ModelTurn(instance, instance.Execution, [.. instance.Inbox], isFirst);
                Turns.Add(instance.Turn);
            }
        }
    }

    private (double At, Action Happen)? Next()
    {
        var coming = new List<(double At, Action Happen)>();
        foreach (ModelInstance instance in _instances.Values)
        {
            coming.AddRange(instance.Timers.Select(timer => (timer.FireAt, (Action)(() => Fire(instance, timer)))));
            if (instance.RestsUntil > Now)
            {
                coming.Add((instance.RestsUntil, () => { }));
            }
        }

        coming.AddRange(_forced.Select(forced => (forced.At, (Action)(() => Force(forced)))));
        return coming.Count == 0 ? null : coming.MinBy(next => next.At);
    }

    private static void Fire(ModelInstance instance, (double FireAt, int Id) timer)
    {
        instance.Timers.Remove(timer);
        Put(instance, new Message($"timer {timer.Id}", isBound: true));
    }

    private void Force((double At, ModelInstance Instance) forced)
    {
        _forced.Remove(forced);
        if (!forced.Instance.IsEnded && forced.Instance.Inbox.Any(message => message.IsTermination))
        {
            End(forced.Instance, OrchestrationStatus.Terminated, null);
        }
    }
}
