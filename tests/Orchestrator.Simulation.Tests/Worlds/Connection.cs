using Orchestrator.Protocol;
using Orchestrator.TaskHub.Engine;

namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>One stream of work items: in order while it lasts, but either end may be the last to know that it is cut.</summary>
internal sealed class Connection(World world, Link link, Faults faults, SimulatedHub hub, SimulatedWorker worker)
{
    private readonly List<TaskCompletionSource> _stalled = [];
    private Action? _endHubSide;
    private TimeSpan _lastArrival;
    private bool _isCut;
    private bool _isStalled;

    public SimulatedHub Hub { get; } = hub;

    public void Open(GetWorkItemsRequest request, Caller caller) => Hub.Node.Run(() =>
    {
        var hubSide = new CancellationTokenSource();
        _endHubSide = hubSide.Cancel;
        _ = ServeAsync(Hub.Engine!, request, caller, hubSide.Token);
    });

    /// <summary>The wire breaks. The ends learn of it at different times, the hub's maybe only by its lease.</summary>
    public void Cut(bool isHubTold)
    {
        if (_isCut)
        {
            return;
        }

        world.Trace.Add(world.Now, $"{worker.Node.Name} is cut off{(isHubTold ? "" : ", unknown to the hub")}");
        _isCut = true;
        if (isHubTold)
        {
            world.Later(world.Between(0, 2), Hub.Node, () => _endHubSide?.Invoke());
        }

        world.Later(world.Between(0, 3), worker.Node, () => worker.Lose(this));
    }

    /// <summary>Nothing comes through for a while.</summary>
    public void Stall(TimeSpan span)
    {
        _isStalled = true;
        world.Later(span, Hub.Node, () =>
        {
            _isStalled = false;
            List<TaskCompletionSource> senders = [.. _stalled];
            _stalled.Clear();
            senders.ForEach(sender => sender.TrySetResult());
        });
    }

    private async Task ServeAsync(HubEngine engine, GetWorkItemsRequest request, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            await engine.ServeAsync(request, caller, SendAsync, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cut(isHubTold: true);
        }
    }

    private async Task SendAsync(WorkItem item, CancellationToken cancellationToken)
    {
        while (_isStalled || (_isCut && world.Chance(0.5)))
        {
            var sender = new TaskCompletionSource();
            _stalled.Add(sender);
            await sender.Task;
        }

        if (_isCut)
        {
            return;
        }

        TimeSpan arrival = world.Now + link.Delay();
        _lastArrival = arrival > _lastArrival ? arrival : _lastArrival;
        world.Later(_lastArrival - world.Now, worker.Node, () => Deliver(item));
        if (item.RequestCase != WorkItem.RequestOneofCase.HealthPing && world.Chance(faults.DuplicatedMessage))
        {
            world.Later(_lastArrival - world.Now, worker.Node, () => Deliver(item));
        }
    }

    private void Deliver(WorkItem item)
    {
        if (!_isCut)
        {
            worker.Take(item.Clone());
        }
    }
}
