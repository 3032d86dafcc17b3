using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Replay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Protocol;
using TaskFailureDetails = Orchestrator.Protocol.TaskFailureDetails;

namespace Orchestrator.DurableTask.Tests.Replay;

/// <summary>
/// One orchestration instance and the history that a hub would keep of it. Each turn is played twice, replayed from the whole
/// history and on an execution that was kept alive, and both must ask for the same.
/// </summary>
internal sealed class TestInstance
{
    public static readonly DateTime StartedAt = new(2026, 3, 1, 8, 0, 0, DateTimeKind.Utc);

    private readonly ITaskOrchestrator _orchestrator;
    private readonly ReplaySettings _settings;
    private readonly List<HistoryEvent> _history = [];
    private OrchestratorExecution? _live;

    private TestInstance(ITaskOrchestrator orchestrator, ILoggerFactory? loggers = null)
    {
        _orchestrator = orchestrator;
        _settings = new ReplaySettings(JsonDataConverter.Default, TimeSpan.FromDays(3), "2.0", loggers ?? NullLoggerFactory.Instance);
    }

    /// <summary>The time at which the next turn begins; a second later than the last, if not set.</summary>
    public DateTime Clock { get; set; } = StartedAt;

    public IReadOnlyList<HistoryEvent> History => _history;

    public string? CustomStatus { get; private set; }

    public static TestInstance Of<TIn, TOut>(
        Func<TaskOrchestrationContext, TIn, Task<TOut>> orchestrator, ILoggerFactory? loggers = null) =>
        new(FuncTaskOrchestrator.Create(orchestrator), loggers);

    public static TestInstance Of<TOut>(Func<TaskOrchestrationContext, Task<TOut>> orchestrator) =>
        Of<object?, TOut>((context, _) => orchestrator(context));

    /// <summary>Plays the first turn.</summary>
    public IReadOnlyList<OrchestratorAction> Start(object? input = null, params HistoryEvent[] more) =>
        Turn([new HistoryEvent { EventId = -1, ExecutionStarted = Started(input) }, .. more]);

    /// <summary>Plays a turn, and puts into the history what it asked for.</summary>
    public IReadOnlyList<OrchestratorAction> Turn(params HistoryEvent[] events)
    {
        HistoryEvent[] fresh = [new HistoryEvent { EventId = -1, OrchestratorStarted = new OrchestratorStartedEvent() }, .. events];
        fresh = [.. fresh.Select(happened => happened.At(Clock))];
        OrchestratorTurn replayed = Execution().Play(_history, fresh);
        OrchestratorTurn live = (_live ??= Execution()).Play([], fresh);
        Assert.Equal(replayed.Actions.Select(Comparable), live.Actions.Select(Comparable));
        Assert.Equal(replayed.CustomStatus, live.CustomStatus);
        _history.AddRange(fresh);
        _history.AddRange(replayed.Actions.Select(Happened.Taken).OfType<HistoryEvent>().Select(taken => taken.At(Clock)));
        CustomStatus = replayed.CustomStatus;
        Clock = Clock.AddSeconds(1);
        return replayed.Actions;
    }

    /// <summary>Replays the history by another orchestrator.</summary>
    public IReadOnlyList<OrchestratorAction> ReplayedBy(Func<TaskOrchestrationContext, Task<string>> changed, params HistoryEvent[] events)
    {
        TestInstance other = Of(changed);
        return other.Execution().Play(_history, [.. events.Select(happened => happened.At(Clock))]).Actions;
    }

    private static ExecutionStartedEvent Started(object? input) => new()
    {
        Name = "Test",
        Version = "1.5",
        Input = Happened.Json(input),
        OrchestrationInstance = new OrchestrationInstance { InstanceId = "instance" },
        ParentInstance = new ParentInstanceInfo
        {
            Name = "Parent",
            OrchestrationInstance = new OrchestrationInstance { InstanceId = "parent" },
        },
    };

    // The stack differs with the way by which the orchestrator came there.
    private static OrchestratorAction Comparable(OrchestratorAction action)
    {
        OrchestratorAction copy = action.Clone();
        for (TaskFailureDetails? failure = copy.CompleteOrchestration?.FailureDetails; failure is not null; failure = failure.InnerFailure)
        {
            failure.StackTrace = null;
        }

        return copy;
    }

    private OrchestratorExecution Execution() => new("instance", Started(null), _orchestrator, _settings);
}
