using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.DurableTask.Converters;
using Orchestrator.Protocol;
using Orchestrator.Simulation.Tests.Worlds;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.Simulation.Tests.Programs;

/// <summary>Starts one program, sends it events and orders, and knows what must have come of it.</summary>
internal sealed class Customer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly World _world;
    private readonly Link _link;
    private readonly Node _node;
    private readonly Clock _clock;
    private readonly Random _random;
    private readonly HashSet<int> _sent = [];
    private readonly HashSet<int> _acknowledged = [];
    private bool _hasSuspended;
    private bool _hasTerminated;

    public Customer(World world, Link link, int number)
    {
        _world = world;
        _link = link;
        _random = new Random(world.Random.Next());
        _node = new Node(world, $"customer {number}");
        _clock = _node.NewClock();
        InstanceId = $"i{number}";
        Steps = RandomProgram.Of(_random);
        world.Later(world.Between(0, 10), _node, () => _ = OrderAsync());
    }

    public string InstanceId { get; }

    public IReadOnlyList<Step> Steps { get; }

    /// <summary>All orders are given.</summary>
    public bool IsDone { get; private set; }

    /// <summary>An order to suspend may have come late, after the one to resume.</summary>
    public void ResumeAtLast()
    {
        if (_hasSuspended)
        {
            _node.Run(() => _ = InsistAsync(new ResumeRequest { InstanceId = InstanceId }));
        }
    }

    /// <summary>What is wrong with the instance's end; null if nothing is.</summary>
    /// <param name="tables">What the hub has.</param>
    /// <param name="mayBeQuarantined">Its work may have had its attempts.</param>
    public string? Objection(HubTables tables, bool mayBeQuarantined)
    {
        if (tables.Instances.Find(InstanceId) is not { } instance)
        {
            return "it is not there";
        }

        if (instance.Status == OrchestrationStatus.Terminated && _hasTerminated)
        {
            return null;
        }

        ExecutionCompletedEvent ended = tables.Instances.Ended(instance.Key)!.ExecutionCompleted;
        if (instance.Status == OrchestrationStatus.Failed && mayBeQuarantined
            && ended.FailureDetails.ToString().Contains("WorkItemQuarantined", StringComparison.Ordinal))
        {
            return null;
        }

        if (instance.Status != OrchestrationStatus.Completed)
        {
            return $"it is {instance.Status}: {ended.FailureDetails}";
        }

        var result = (ProgramState)JsonDataConverter.Default.Deserialize(ended.Result, typeof(ProgramState))!;
        var counted = result.Seen.GroupBy(number => number).ToDictionary(same => same.Key, same => same.Count());
        return result switch
        {
            _ when result.Sum != RandomProgram.Sum(Steps) => "its result is wrong",
            { Early: > 0 } => $"{result.Early} timers fired early",
            _ when counted.Any(each => each.Value > 1) => $"it took events twice: {string.Join(',', result.Seen)}",
            _ when counted.Keys.Any(number => !_sent.Contains(number)) => "it took events that nobody sent",
            _ when Steps.Any(step => step.Kind == StepKind.Collect) && _acknowledged.Any(number => !counted.ContainsKey(number)) =>
                $"it lost events: got {string.Join(',', result.Seen)} of {string.Join(',', _acknowledged)}",
            _ => null,
        };
    }

    private async Task OrderAsync()
    {
        // An event for nobody is refused: whatever is sent early is sent again.
        Task start = InsistAsync(new CreateInstanceRequest
        {
            InstanceId = InstanceId,
            Name = ProgramTasks.Orchestrator,
            Input = JsonDataConverter.Default.Serialize(new ProgramState { Steps = Steps }),
            OrchestrationIdReusePolicy = new OrchestrationIdReusePolicy(),
            ScheduledStartTimestamp = _random.Next(4) == 0
                ? Timestamp.FromDateTimeOffset(_clock.GetUtcNow().AddSeconds(_random.Next(5)))
                : null,
        });
        await start;
        await Task.WhenAll(SendAsync(), DisturbAsync());
        for (int step = 0; step < Steps.Count; step++)
        {
            if (Steps[step].Kind == StepKind.Collect)
            {
                await InsistAsync(Event(ProgramTasks.Enough(step)));
            }
        }

        IsDone = true;
    }

    // One after the other, so that they keep their order. One of unknown fate is not sent again: it must not be taken twice.
    private async Task SendAsync()
    {
        for (int number = 0, count = _random.Next(6); number < count; number++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(4000)), _clock);
            _sent.Add(number);
            try
            {
                await _link.CallAsync<IMessage>(_node, Event(number));
                _acknowledged.Add(number);
            }
            catch (RpcException)
            {
                // It may arrive all the same.
            }
        }
    }

    private async Task DisturbAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(15000)), _clock);
        switch (_random.Next(8))
        {
            case 0 or 1:
                _hasSuspended = true;
                await InsistAsync(new SuspendRequest { InstanceId = InstanceId });
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(5000)), _clock);
                await InsistAsync(new ResumeRequest { InstanceId = InstanceId });
                break;
            case 2:
                _hasTerminated = true;
                await InsistAsync(new TerminateRequest { InstanceId = InstanceId, Recursive = _random.Next(2) == 0 });
                break;
        }
    }

    private RaiseEventRequest Event(int number) => new()
    {
        InstanceId = InstanceId,
        Name = ProgramTasks.Collected,
        Input = number.ToString(CultureInfo.InvariantCulture),
    };

    private async Task InsistAsync(IMessage request)
    {
        while (true)
        {
            try
            {
                await _link.CallAsync<IMessage>(_node, request);
                return;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.AlreadyExists)
            {
                return;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
            {
                _world.Trace.Add(_world.Now, $"{_node.Name} asks again");
            }

            await Task.Delay(Patience, _clock);
        }
    }
}
