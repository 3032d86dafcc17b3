namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>
/// One process: its code runs when the world says so, its continuations in any order. Once it is dead nothing of it runs
/// any more: whatever it had in memory is lost.
/// </summary>
internal sealed class Node(World world, string name) : SynchronizationContext
{
    private volatile bool _isDead;
    private readonly List<(SendOrPostCallback Callback, object? State)> _continuations = [];

    public string Name { get; } = name;

    public World World { get; } = world;

    public bool IsDead => _isDead || World.IsOver;

    public TimeSpan PausedUntil { get; private set; }

    public Clock NewClock(TimeSpan skew = default) => new(this, skew);

    public void Kill()
    {
        World.Trace.Add(World.Now, $"{Name} dies");
        _isDead = true;
        _continuations.Clear();
    }

    /// <summary>Stands still, as a process that the system has stopped.</summary>
    public void Pause(TimeSpan span)
    {
        World.Trace.Add(World.Now, $"{Name} pauses for {span.TotalSeconds} s");
        PausedUntil = World.Now + span;
    }

    /// <summary>Runs code as this process, now.</summary>
    public void Run(Action action)
    {
        if (IsDead)
        {
            return;
        }

        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs one of its continuations; false if it cannot now.</summary>
    public bool RunOne()
    {
        if (IsDead || _continuations.Count == 0)
        {
            return false;
        }

        if (PausedUntil > World.Now)
        {
            World.Later(PausedUntil - World.Now, this, () => World.MakeReady(this));
            return false;
        }

        int index = World.Random.Next(_continuations.Count);
        (SendOrPostCallback callback, object? state) = _continuations[index];
        _continuations[index] = _continuations[^1];
        _continuations.RemoveAt(_continuations.Count - 1);
        Run(() => callback(state));
        return true;
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        // A dead process's objects are finalized on another thread, now or later.
        if (!IsDead && World.Admits())
        {
            _continuations.Add((d, state));
            World.MakeReady(this);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public override SynchronizationContext CreateCopy() => this;
}
