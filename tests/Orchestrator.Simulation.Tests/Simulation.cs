using System.Globalization;
using Orchestrator.Protocol;
using Orchestrator.Simulation.Tests.Programs;
using Orchestrator.Simulation.Tests.Worlds;
using Orchestrator.TaskHub;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.Simulation.Tests;

/// <summary>
/// One run of a hub, workers and customers in virtual time. First everything goes wrong that its seed has in store; then the
/// faults stop, and all that was begun must come to its end.
/// </summary>
internal sealed class Simulation : IDisposable
{
    private readonly World _world;
    private readonly Faults _faults;
    private readonly Disk _disk = Disk.Take();
    private readonly Link _link;
    private readonly TaskHubOptions _options;
    private readonly Dictionary<string, int> _executions = [];
    private readonly List<SimulatedWorker> _workers = [];
    private readonly List<Customer> _customers = [];
    private int _processes;

    private Simulation(int seed)
    {
        _world = new World(seed);
        _faults = Faults.Of(_world);
        _link = new Link(_world, _faults);
        _options = new TaskHubOptions
        {
            LeaseDuration = TimeSpan.FromSeconds(6),
            PingInterval = TimeSpan.FromSeconds(1),
            TerminationGrace = TimeSpan.FromSeconds(5),
            RefusalBackoff = TimeSpan.FromMilliseconds(100),
            ResultPatience = TimeSpan.FromMilliseconds(20),
            MaxAttempts = _faults.Attempts,
            InlineHistoryBytes = _world.Chance(0.5) ? 2048 : 1024 * 1024,
        };
    }

    /// <summary>Runs the world of that seed to its end.</summary>
    public static SimulationOutcome Run(int seed)
    {
        using var simulation = new Simulation(seed);
        try
        {
            return simulation.RunToEnd();
        }
        catch (Exception exception)
        {
            return simulation.Outcome(exception.ToString());
        }
    }

    public void Dispose()
    {
        _world.IsOver = true;
        _disk.Dispose();
    }

    // Whoever asks for one seed wants to know all about it.
    private static bool IsAlone { get; } = Environment.GetEnvironmentVariable("ORCHESTRATOR_SEED") is { Length: > 0 };

    private SimulationOutcome RunToEnd()
    {
        StartHub();
        for (int number = _world.Random.Next(1, 4); number > 0; number--)
        {
            StartWorker();
        }

        for (int number = _world.Random.Next(1, 7); number > 0; number--)
        {
            _customers.Add(new Customer(_world, _link, number));
        }

        ScheduleMisfortune();
        TimeSpan nominal = _customers.Max(customer => RandomProgram.Time(customer.Steps)) + TimeSpan.FromSeconds(15);
        TimeSpan calm = _world.Between(5, 40);
        _world.RunUntil(IsOver, calm);
        Calm();
        _world.RunUntil(() => false, _world.Now + TimeSpan.FromSeconds(10));
        _customers.ForEach(customer => customer.ResumeAtLast());
        TimeSpan end = _world.Now;
        bool isOver = _world.RunUntil(IsOver, end + (nominal * 10));
        double share = (_world.Now - end) / nominal;

        // Whatever else is on its way may still do damage.
        _world.RunUntil(() => false, _world.Now + TimeSpan.FromSeconds(20));
        return Outcome(Objection(isOver)) with { Share = share };
    }

    private SimulationOutcome Outcome(string? objection) => new(
        _world.Seed, objection, _world.Trace.Hash(), _world.Trace.End(IsAlone ? int.MaxValue : 100), Ended(), _world.Now, _world.Steps, 0);

    private int Ended() => _customers.Count(customer => _disk.Tables.Instances.Find(customer.InstanceId) is { IsTerminal: true });

    private bool IsOver() => _customers.All(customer => customer.IsDone) && UnderWay().Count == 0;

    private IReadOnlyList<Instance> UnderWay() => _disk.Tables.Instances
        .Matching(new InstanceFilter { Statuses = [OrchestrationStatus.Pending, OrchestrationStatus.Running, OrchestrationStatus.Suspended] }, 0, 1000);

    private string? Objection(bool isOver)
    {
        if (_world.Trace.Complaints.Count > 0)
        {
            return _world.Trace.Complaints[0];
        }

        if (!isOver)
        {
            return "Not over: "
                + string.Join(", ", UnderWay().Select(instance => $"{instance.InstanceId} is {instance.Status} at {instance.CustomStatus}"))
                + string.Join(", ", _customers.Where(customer => !customer.IsDone).Select(customer => $"; {customer.InstanceId} has orders"));
        }

        return _customers
            .Select(customer => customer.Objection(_disk.Tables, _faults.MayGiveUp) is { } objection ? $"{customer.InstanceId}: {objection}" : null)
            .Concat(_disk.Tables.Instances.Matching(new InstanceFilter(), 0, 1000).Select(instance => Replay.Objection(_disk.Tables, instance)))
            .FirstOrDefault(objection => objection is not null);
    }

    private void StartHub()
    {
        _processes++;
        _link.Hub = SimulatedHub.Start(_world, string.Create(CultureInfo.InvariantCulture, $"hub {_processes}"), _disk, _faults, _options);
    }

    private void StartWorker()
    {
        _processes++;
        _workers.Add(new SimulatedWorker(
            _world,
            string.Create(CultureInfo.InvariantCulture, $"worker {_processes}"),
            _link,
            _disk,
            _faults,
            clock => ProgramTasks.Tasks(clock, _executions, _world.Random)));
    }

    private void ScheduleMisfortune()
    {
        if (_faults.Misfortunes > 0)
        {
            _world.Later(_world.Between(0, 2 * _faults.Misfortunes), null, () =>
            {
                if (!_faults.HaveStopped)
                {
                    Strike();
                    ScheduleMisfortune();
                }
            });
        }
    }

    private void Strike()
    {
        SimulatedWorker worker = _workers[_world.Random.Next(_workers.Count)];
        switch (_world.Random.Next(8))
        {
            case 0:
                CrashHub();
                break;
            case 1:
                worker.Crash();
                _workers.Remove(worker);
                StartWorker();
                break;
            case 2:
                worker.Node.Pause(_world.Between(0.1, 10));
                break;
            case 3:
                _link.Hub!.Node.Pause(_world.Between(0.1, 10));
                break;
            case 4 or 5:
                worker.Connection?.Cut(isHubTold: _world.Chance(0.5));
                break;
            case 6:
                worker.Connection?.Stall(_world.Between(0.1, 15));
                break;
            case 7:
                _faults.DiskFullUntil = _world.Now + _world.Between(0, 3);
                break;
        }
    }

    private void CrashHub()
    {
        SimulatedHub hub = _link.Hub!;
        if (hub.Node.IsDead)
        {
            return;
        }

        hub.Crash();
        foreach (SimulatedWorker worker in _workers)
        {
            worker.Connection?.Cut(isHubTold: false);
        }

        _world.Later(_world.Between(0, 3), null, StartHub);
    }

    private void Calm()
    {
        _world.Trace.Add(_world.Now, "calm");
        _faults.Stop();
    }
}
