using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Orchestrator.Protocol;
using Orchestrator.TaskHub;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Grpc;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>The hub's process: the real engine on a simulated disk.</summary>
internal sealed class SimulatedHub : ILogger
{
    // Logged where the hub itself says that it has lost its way, and where it gave up an instance or an activity.
    private const int LostItsWay = 2010;
    private static readonly int[] GaveUp = [2004, 2005];

    private readonly Faults _faults;
    private readonly World _world;
    private readonly Store _store;
    private HubEngine? _engine;

    private SimulatedHub(World world, Node node, Store store, Faults faults)
    {
        _faults = faults;
        _world = world;
        Node = node;
        _store = store;
    }

    public Node Node { get; }

    public HubEngine? Engine => Node.IsDead ? null : _engine;

    public static SimulatedHub Start(World world, string name, Disk disk, Faults faults, TaskHubOptions options)
    {
        var node = new Node(world, name);
        var hub = new SimulatedHub(world, node, new Store(world, node, disk, faults), faults);
        world.Trace.Add(world.Now, $"{name} starts");
        node.Run(() => _ = hub.OpenAsync(options));
        return hub;
    }

    public void Crash()
    {
        if (!Node.IsDead)
        {
            _store.Cut();
            Node.Kill();
        }
    }

    /// <summary>Answers a call; faults come out as statuses, as over the wire.</summary>
    public Task<IMessage> AnswerAsync(IMessage request)
    {
        HubEngine engine = _engine!;
        return RpcFailures.TranslateAsync<IMessage>(
            async () =>
            {
                switch (request)
                {
                    case OrchestratorResponse response:
                        await engine.CompleteAsync(response, CancellationToken.None);
                        return new CompleteTaskResponse();
                    case ActivityResponse response:
                        await engine.CompleteAsync(response);
                        return new CompleteTaskResponse();
                    case AbandonOrchestrationTaskRequest abandoned:
                        engine.Abandon(abandoned.CompletionToken);
                        return new AbandonOrchestrationTaskResponse();
                    case AbandonActivityTaskRequest abandoned:
                        engine.Abandon(abandoned.CompletionToken);
                        return new AbandonActivityTaskResponse();
                    case CreateInstanceRequest start:
                        return await new InstanceStarts(engine, new PayloadLimit(int.MaxValue)).StartAsync(start, CancellationToken.None);
                    case RestartInstanceRequest restart:
                        return await new InstanceStarts(engine, new PayloadLimit(int.MaxValue)).RestartAsync(restart, CancellationToken.None);
                    case PurgeInstancesRequest purge:
                        return await new InstancePurges(engine, Node.NewClock()).PurgeAsync(purge, CancellationToken.None);
                    case QueryInstancesRequest query:
                        return await new InstanceQueries(engine).QueryAsync(query.Query, CancellationToken.None);
                    case RewindInstanceRequest rewind:
                        await WriteAsync(transaction => transaction.Rewind(rewind.InstanceId, rewind.Reason));
                        return new RewindInstanceResponse();
                    case RaiseEventRequest raised:
                        await WriteAsync(transaction => transaction.RaiseEvent(raised.InstanceId, raised.Name, raised.Input));
                        return new RaiseEventResponse();
                    case SuspendRequest suspended:
                        await WriteAsync(transaction => transaction.Suspend(suspended.InstanceId, suspended.Reason));
                        return new SuspendResponse();
                    case ResumeRequest resumed:
                        await WriteAsync(transaction => transaction.Resume(resumed.InstanceId, resumed.Reason));
                        return new ResumeResponse();
                    case TerminateRequest terminated:
                        await WriteAsync(transaction =>
                            transaction.RequestTermination(terminated.InstanceId, terminated.Output, terminated.Recursive));
                        return new TerminateResponse();
                    default:
                        throw new NotSupportedException($"The simulation knows no {request.Descriptor.Name}.");
                }
            },
            engine.Stopping,
            CancellationToken.None);

        Task WriteAsync(Action<HubTransaction> step) => engine.Commits.WriteAsync(step, CancellationToken.None);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _world.Trace.Add(_world.Now, $"{Node.Name} logs {eventId.Id} {exception?.GetType().Name}");
        if (eventId.Id == LostItsWay || (GaveUp.Contains(eventId.Id) && !_faults.MayGiveUp))
        {
            _world.Trace.Complain($"{formatter(state, exception)} {exception}");
        }
    }

    private async Task OpenAsync(TaskHubOptions options)
    {
        while (true)
        {
            try
            {
                _engine = await HubEngine.StartAsync(_store, options, Node.NewClock(), Node.NewClock(), this, CancellationToken.None);
                return;
            }
            catch (Orchestrator.Sql.DatabaseException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), Node.NewClock());
            }
        }
    }
}
