using Microsoft.DurableTask;
using Microsoft.DurableTask.Client.Grpc;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Replay;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Engine;

namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>A worker's process: the SDK's own execution, live orchestrators and answers, over the simulated wire.</summary>
internal sealed class SimulatedWorker
{
    private const int LargestMessage = 1024 * 1024;

    private static readonly IServiceScopeFactory Scopes =
        new ServiceCollection().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>();

    private readonly World _world;
    private readonly Link _link;
    private readonly Faults _faults;
    private readonly WorkItemProcessor _processor;
    private readonly GetWorkItemsRequest _subscription;
    private readonly bool _keepsOrchestrators;

    public SimulatedWorker(World world, string name, Link link, Disk disk, Faults faults, Func<TimeProvider, DurableTaskRegistry> tasks)
    {
        _world = world;
        _link = link;
        _faults = faults;
        Node = new Node(world, name);
        Clock clock = Node.NewClock(world.Between(-600, 600));
        var catalogue = new TaskCatalogue(tasks(clock));
        var hub = new HubConnection(new LinkInvoker(Node, link, disk), channel: null, address: null);
        _processor = new WorkItemProcessor(
            hub,
            new OrchestratorRunner(catalogue, versioning: null, Settings, clock),
            new ActivityRunner(catalogue, versioning: null, JsonDataConverter.Default, Scopes),
            new WorkItemAnswers(hub, LargestMessage, clock, NullLogger.Instance),
            NullLogger.Instance);
        _subscription = new GetWorkItemsRequest
        {
            MaxConcurrentOrchestrationWorkItems = world.Random.Next(1, 10),
            MaxConcurrentActivityWorkItems = world.Random.Next(1, 10),
        };
        if (world.Chance(0.7))
        {
            _subscription.Capabilities.Add(WorkerCapability.HistoryStreaming);
        }

        _keepsOrchestrators = world.Chance(0.8);
        Connect(TimeSpan.Zero);
    }

    public static ReplaySettings Settings { get; } = new(JsonDataConverter.Default, TimeSpan.FromDays(3), "", NullLoggerFactory.Instance);

    public Node Node { get; }

    public Connection? Connection { get; private set; }

    public void Crash()
    {
        Node.Kill();
        Connection?.Cut(isHubTold: _world.Chance(0.8));
    }

    /// <summary>Works on the item, beside whatever else it does.</summary>
    public void Take(WorkItem item)
    {
        if (item.RequestCase == WorkItem.RequestOneofCase.HealthPing)
        {
            return;
        }

        _world.Trace.Add(_world.Now, item.OrchestratorRequest is { } turn
            ? $"{Node.Name} gets {_world.Trace.Number(item.CompletionToken)}, a turn of {turn.InstanceId}: {turn.PastEvents.Count}+{string.Join(',', turn.NewEvents.Select(e => e.EventTypeCase))}"
            : $"{Node.Name} gets {_world.Trace.Number(item.CompletionToken)}, {item.ActivityRequest.Name} {item.ActivityRequest.TaskId} of {item.ActivityRequest.OrchestrationInstance.InstanceId}");
        Node.Post(_ => _ = _processor.ProcessAsync(item, CancellationToken.None), null);
    }

    /// <summary>The stream is over: another is opened.</summary>
    public void Lose(Connection connection)
    {
        if (Connection == connection)
        {
            Connection = null;
            Connect(_world.Between(0, _faults.HaveStopped ? 0.5 : 3));
        }
    }

    private void Connect(TimeSpan wait) => _world.Later(wait, Node, () =>
    {
        if (_link.Hub is not { Engine: not null } hub)
        {
            Connect(_world.Between(0.1, 1));
            return;
        }

        _world.Trace.Add(_world.Now, $"{Node.Name} connects");
        Connection = new Connection(_world, _link, _faults, hub, this);
        Connection.Open(_subscription, new Caller(Node.Name, "simulation", _keepsOrchestrators));
    });
}
