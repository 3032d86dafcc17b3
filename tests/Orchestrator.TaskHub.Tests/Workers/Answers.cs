using Google.Protobuf.WellKnownTypes;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Tests.Workers;

/// <summary>What orchestrators ask for, spelled as the protocol has it.</summary>
internal static class Answers
{
    public static OrchestratorResponse To(WorkItem turn, params OrchestratorAction[] actions) => new()
    {
        InstanceId = turn.OrchestratorRequest.InstanceId,
        CompletionToken = turn.CompletionToken,
        Actions = { actions },
    };

    public static OrchestratorAction Schedule(int id, string name, string? input = null) =>
        new() { Id = id, ScheduleTask = new ScheduleTaskAction { Name = name, Input = input } };

    public static OrchestratorAction Timer(int id, DateTimeOffset fireAt) =>
        new() { Id = id, CreateTimer = new CreateTimerAction { FireAt = fireAt.ToTimestamp() } };

    public static OrchestratorAction Child(int id, string instanceId, string? input = null) => new()
    {
        Id = id,
        CreateSubOrchestration = new CreateSubOrchestrationAction { InstanceId = instanceId, Name = "Child", Input = input },
    };

    public static OrchestratorAction Send(int id, string instanceId, string name, string? data = null) => new()
    {
        Id = id,
        SendEvent = new SendEventAction
        {
            Instance = new OrchestrationInstance { InstanceId = instanceId },
            Name = name,
            Data = data,
        },
    };

    public static OrchestratorAction Complete(
        int id, string? result = null, OrchestrationStatus status = OrchestrationStatus.Completed) => new()
        {
            Id = id,
            CompleteOrchestration = new CompleteOrchestrationAction { OrchestrationStatus = status, Result = result },
        };

    public static OrchestratorAction Fail(int id, string errorType) => new()
    {
        Id = id,
        CompleteOrchestration = new CompleteOrchestrationAction
        {
            OrchestrationStatus = OrchestrationStatus.Failed,
            FailureDetails = new TaskFailureDetails { ErrorType = errorType, ErrorMessage = "as the test says" },
        },
    };

    public static OrchestratorAction ContinueAsNew(int id, string? input, params HistoryEvent[] carried) => new()
    {
        Id = id,
        CompleteOrchestration = new CompleteOrchestrationAction
        {
            OrchestrationStatus = OrchestrationStatus.ContinuedAsNew,
            Result = input,
            CarryoverEvents = { carried },
        },
    };
}
