using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Replays;

/// <summary>What an orchestrator asked for, in the form in which history and replay can be compared.</summary>
/// <param name="Id">Its number in the generation.</param>
/// <param name="Kind">What it asks for, in words.</param>
/// <param name="Name">Whom it asks, or by what name; null if that has none.</param>
/// <param name="Version">The version that it asks for; null for none.</param>
/// <param name="Target">The instance that it is for, or when it is due; null if the kind has none.</param>
/// <param name="Payload">The input or result; null for none.</param>
internal sealed record RecordedAction(int Id, string Kind, string? Name, string? Version, string? Target, string? Payload)
{
    private const int LongestText = 200;

    public static RecordedAction Of(HistoryEvent caused) => caused switch
    {
        { TaskScheduled: { } call } => Activity(caused.EventId, call.Name, call.Version, call.Input),
        { TimerCreated: { } timer } => Timer(caused.EventId, timer.FireAt.ToDateTime()),
        { SubOrchestrationInstanceCreated: { } child } => Child(caused.EventId, child.Name, child.Version, child.InstanceId, child.Input),
        { EventSent: { } sent } => Sent(caused.EventId, sent.Name, sent.InstanceId, sent.Input),
        { ContinueAsNew: { } next } => End(caused.EventId, OrchestrationStatus.ContinuedAsNew, next.Input, null),
        { ExecutionCompleted: { } end } => End(caused.EventId, end.OrchestrationStatus, end.Result, end.FailureDetails),
        _ => throw new ArgumentOutOfRangeException(nameof(caused), caused.EventTypeCase, "No action causes this event."),
    };

    public static RecordedAction Of(OrchestratorAction action) => action switch
    {
        { ScheduleTask: { } call } => Activity(action.Id, call.Name, call.Version, call.Input),
        { CreateTimer: { } timer } => Timer(action.Id, timer.FireAt.ToDateTime()),
        { CreateSubOrchestration: { } child } => Child(action.Id, child.Name, child.Version, child.InstanceId, child.Input),
        { SendEvent: { } sent } => Sent(action.Id, sent.Name, sent.Instance.InstanceId, sent.Data),
        { CompleteOrchestration: { } end } => End(action.Id, end.OrchestrationStatus, end.Result, end.FailureDetails),
        _ => new RecordedAction(action.Id, action.OrchestratorActionTypeCase.ToString(), null, null, null, null),
    };

    /// <summary>
    /// Whether a replay asks for the same. A payload that history lacks is not compared: a hub keeps none that is too large.
    /// </summary>
    public bool IsRepeatedBy(RecordedAction replayed) =>
        this with { Payload = null } == replayed with { Payload = null }
        && (Payload is null || Payloads.IsRepeated(Payload, replayed.Payload));

    public override string ToString()
    {
        string name = Name is null ? string.Empty : $" '{Name}'";
        string version = string.IsNullOrEmpty(Version) ? string.Empty : $" version {Version}";
        string target = Target is null ? string.Empty : $" ({Target})";
        string payload = Payload is null ? string.Empty : $": {(Payload.Length <= LongestText ? Payload : Payload[..LongestText] + "…")}";
        return $"step {Id}, {Kind}{name}{version}{target}{payload}";
    }

    private static RecordedAction Activity(int id, string name, string? version, string? input) =>
        new(id, "activity", name, version ?? string.Empty, null, input);

    private static RecordedAction Timer(int id, DateTime dueAt) => new(id, "timer", null, null, $"{dueAt:O}", null);

    private static RecordedAction Child(int id, string name, string? version, string instanceId, string? input) =>
        new(id, "sub-orchestration", name, version ?? string.Empty, instanceId, input);

    private static RecordedAction Sent(int id, string name, string instanceId, string? data) =>
        new(id, "event", name, null, instanceId, data);

    // A failure is known by its type: messages and stack traces may change from build to build.
    private static RecordedAction End(int id, OrchestrationStatus status, string? result, TaskFailureDetails? failure) =>
        new(id, "end as", status.ToString(), null, failure?.ErrorType, result);
}
