using System.Globalization;

namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>
/// Everything that happens in one simulated run, on one thread, in an order that its seed decides. Time is virtual: it
/// stands still while anybody has something to do, then jumps to the next thing that is due.
/// </summary>
internal sealed class World(int seed)
{
    public static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly PriorityQueue<Due, (long At, int Order, long Number)> _agenda = new();
    private readonly List<Node> _ready = [];
    private long _number;

    public int Seed { get; } = seed;

    public Random Random { get; } = new(seed);

    public Trace Trace { get; } = new();

    /// <summary>Since the run began.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Nothing happens any more.</summary>
    public bool IsOver { get; set; }

    /// <summary>Callbacks and events so far.</summary>
    public long Steps { get; private set; }

    public TimeSpan Between(double leastSeconds, double mostSeconds) =>
        TimeSpan.FromMilliseconds(Math.Round(1000 * (leastSeconds + (Random.NextDouble() * (mostSeconds - leastSeconds)))));

    public bool Chance(double probability) => Random.NextDouble() < probability;

    /// <summary>Does something later, on a node, unless that is dead by then; a node that pauses does it afterwards.</summary>
    public void Later(TimeSpan delay, Node? node, Action action)
    {
        TimeSpan at = Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
        _agenda.Enqueue(new Due(at, node, action), (at.Ticks, Random.Next(), _number++));
    }

    /// <summary>Whether the caller is part of the simulation. If not, the seed would not repeat what comes of it.</summary>
    public bool Admits()
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            return true;
        }

        Trace.Complain("Left the simulation: " + Environment.StackTrace);
        return false;
    }

    /// <summary>Notes that the node has something to do.</summary>
    public void MakeReady(Node node) => _ready.Add(node);

    /// <summary>Lets things happen until the condition holds.</summary>
    /// <returns>Whether it did, before the end of the time.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan end)
    {
        while (!condition())
        {
            if (!Step(end))
            {
                return false;
            }
        }

        return true;
    }

    private bool Step(TimeSpan end)
    {
        Steps++;
        if (Steps > 2_000_000)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Seed {Seed} goes round in circles."));
        }

        while (_ready.Count > 0)
        {
            int index = Random.Next(_ready.Count);
            Node node = _ready[index];
            _ready[index] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            if (node.RunOne())
            {
                return true;
            }
        }

        if (!_agenda.TryPeek(out Due? due, out _) || due.At > end)
        {
            Now = end;
            return false;
        }

        _agenda.Dequeue();
        Now = due.At;
        if (due.Node is not { } place)
        {
            due.Action();
        }
        else if (place.PausedUntil > Now)
        {
            Later(place.PausedUntil - Now, place, due.Action);
        }
        else
        {
            place.Run(due.Action);
        }

        return true;
    }

    private sealed record Due(TimeSpan At, Node? Node, Action Action);
}
