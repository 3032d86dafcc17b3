using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Protocol;

namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>The wire between processes and whatever hub is up: late, out of order, twice, or not at all.</summary>
internal sealed class Link(World world, Faults faults)
{
    private static readonly RpcException Lost = new(new Status(StatusCode.Unavailable, "The wire is cut, as the simulation says."));

    /// <summary>The hub that is reached now.</summary>
    public SimulatedHub? Hub { get; set; }

    /// <summary>Calls the hub. A call that fails may have been carried out all the same.</summary>
    public Task<T> CallAsync<T>(Node caller, IMessage request)
        where T : IMessage
    {
        var answer = new TaskCompletionSource<T>();
        if (world.Chance(faults.DroppedMessage))
        {
            Fail(world.Between(0, 3), Lost);
            return answer.Task;
        }

        Arrive(Delay());
        if (request is not RaiseEventRequest && world.Chance(faults.DuplicatedMessage))
        {
            world.Trace.Add(world.Now, $"{caller.Name} is heard twice");
            Arrive(Delay());
        }

        return answer.Task;

        void Arrive(TimeSpan delay) => world.Later(delay, null, () =>
        {
            if (Hub is not { Engine: not null } hub)
            {
                Fail(Delay(), Lost);
                return;
            }

            world.Later(TimeSpan.Zero, hub.Node, () => _ = AnswerAsync(hub));

            // A hub that dies meanwhile answers nobody: the connection is gone.
            world.Later(world.Between(1, 5), null, () => FailIf(hub));
        });

        void FailIf(SimulatedHub hub)
        {
            if (hub.Node.IsDead)
            {
                Fail(TimeSpan.Zero, Lost);
            }
            else if (!answer.Task.IsCompleted)
            {
                world.Later(world.Between(1, 5), null, () => FailIf(hub));
            }
        }

        async Task AnswerAsync(SimulatedHub hub)
        {
            world.Trace.Add(world.Now, $"{caller.Name} calls {Describe(request)}");
            try
            {
                var response = (T)await hub.AnswerAsync(request);
                if (world.Chance(faults.DroppedMessage))
                {
                    Fail(world.Between(0, 3), Lost);
                }
                else
                {
                    world.Later(Delay(), caller, () => answer.TrySetResult(response));
                }
            }
            catch (RpcException exception)
            {
                world.Trace.Add(world.Now, $"{caller.Name} gets {exception.StatusCode} for {Describe(request)}");
                Fail(Delay(), exception);
            }
            catch (Exception exception)
            {
                world.Trace.Complain($"The hub failed at {request.Descriptor.Name}: {exception}");
                Fail(Delay(), new RpcException(new Status(StatusCode.Unknown, exception.Message)));
            }
        }

        void Fail(TimeSpan delay, Exception failure) => world.Later(delay, caller, () => answer.TrySetException(failure));
    }

    private string Describe(IMessage request) => request switch
    {
        OrchestratorResponse turn => $"the answer to {world.Trace.Number(turn.CompletionToken)}{(turn.RequiresHistory ? ", without its history" : "")}",
        ActivityResponse result => $"the result of {world.Trace.Number(result.CompletionToken)}",
        AbandonOrchestrationTaskRequest abandoned => $"the refusal of {world.Trace.Number(abandoned.CompletionToken)}",
        AbandonActivityTaskRequest abandoned => $"the refusal of {world.Trace.Number(abandoned.CompletionToken)}",
        _ => request.Descriptor.Name,
    };

    /// <summary>Reads what the hub has, without a detour: only ever in the calm of a call that is there and back at once.</summary>
    public IReadOnlyList<HistoryEvent> History(StreamInstanceHistoryRequest request, Disk disk)
    {
        if (Hub is not { Engine: not null })
        {
            throw Lost;
        }

        TaskHub.Stores.Instance? instance = disk.Tables.Instances.Find(request.InstanceId);
        return instance?.ExecutionId == request.ExecutionId
            ? disk.Tables.Histories.Read(instance!.Key)
            : throw new RpcException(new Status(StatusCode.NotFound, "The instance has moved on."));
    }

    /// <summary>How long a message takes.</summary>
    public TimeSpan Delay() => world.Chance(faults.SlowMessage) ? world.Between(0, 4) : world.Between(0, 0.01);
}
