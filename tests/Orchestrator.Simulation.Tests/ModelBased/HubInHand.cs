using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.Simulation.Tests.Worlds;
using Orchestrator.TaskHub;
using Orchestrator.TaskHub.Engine;

namespace Orchestrator.Simulation.Tests.ModelBased;

/// <summary>A real engine with one worker that takes all it gets and answers when it is told to.</summary>
internal sealed class HubInHand : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly World _world = new(seed: 1);
    private readonly Disk _disk = Disk.Take();
    private readonly SimulatedHub _hub;

    public HubInHand()
    {
        var options = new TaskHubOptions
        {
            LeaseDuration = TimeSpan.FromHours(1),
            TerminationGrace = TimeSpan.FromSeconds(HubModel.Grace),
            RefusalBackoff = TimeSpan.FromSeconds(HubModel.Rest),
        };
        _hub = SimulatedHub.Start(_world, "hub", _disk, new Faults(), options);
        Pass(Moment);
        _hub.Node.Run(() => _ = _hub.Engine!.ServeAsync(
            new GetWorkItemsRequest { MaxConcurrentActivityWorkItems = 1000, MaxConcurrentOrchestrationWorkItems = 1000 },
            new Caller("worker", "test", KeepsOrchestrators: false),
            Take,
            CancellationToken.None));
        Pass(Moment);
    }

    /// <summary>What the worker has not answered, in the order in which it came.</summary>
    public List<WorkItem> Items { get; } = [];

    public IReadOnlyList<string> Complaints => _world.Trace.Complaints;

    public TimeSpan Now => _world.Now;

    public void Dispose()
    {
        _world.IsOver = true;
        _disk.Dispose();
    }

    public void Pass(TimeSpan span) => _world.RunUntil(() => false, _world.Now + span);

    /// <summary>Makes a call, and gives what comes of it a moment.</summary>
    public StatusCode Call(IMessage request) => Call(request, out _);

    public StatusCode Call(IMessage request, out IMessage? response)
    {
        Task<IMessage> answer = null!;
        _hub.Node.Run(() => answer = _hub.AnswerAsync(request));
        Pass(Moment);
        response = answer.IsCompletedSuccessfully ? answer.Result : null;
        return answer switch
        {
            { IsCompletedSuccessfully: true } => StatusCode.OK,
            { Exception.InnerException: RpcException failure } => failure.StatusCode,
            _ => throw new InvalidOperationException($"{request} was not answered: {answer.Exception}"),
        };
    }

    private Task Take(WorkItem item, CancellationToken cancellationToken)
    {
        if (item.RequestCase != WorkItem.RequestOneofCase.HealthPing)
        {
            Items.Add(item);
        }

        return Task.CompletedTask;
    }
}
