using Grpc.Core;
using Microsoft.Extensions.Logging;
using Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker.Grpc;

internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "Worker connected to hub {Hub}")]
    public static partial void Connected(ILogger logger, string hub);

    [LoggerMessage(1001, LogLevel.Information, "Hub {Hub} ended the stream of work items")]
    public static partial void StreamEnded(ILogger logger, string hub);

    [LoggerMessage(1002, LogLevel.Warning, "Hub {Hub} was silent for {Silence}; the stream of work items is given up")]
    public static partial void HubSilent(ILogger logger, string hub, TimeSpan silence);

    [LoggerMessage(1003, LogLevel.Warning, "The stream of work items from hub {Hub} broke with {Status}: {Detail}")]
    public static partial void StreamBroken(ILogger logger, string hub, StatusCode status, string detail);

    [LoggerMessage(1004, LogLevel.Error, "The stream of work items failed unexpectedly")]
    public static partial void StreamFailed(ILogger logger, Exception failure);

    [LoggerMessage(1005, LogLevel.Warning, "The channel to hub {Hub} failed again and again; replaced: {Replaced}")]
    public static partial void ChannelReplaced(ILogger logger, string hub, bool replaced);

    [LoggerMessage(1006, LogLevel.Debug, "Worker connects to hub {Hub} again in {Wait}")]
    public static partial void Reconnecting(ILogger logger, string hub, TimeSpan wait);

    [LoggerMessage(1007, LogLevel.Debug, "Attempt {Attempt} to answer the hub failed with {Status} and is repeated")]
    public static partial void AnswerDelayed(ILogger logger, int attempt, StatusCode status);

    [LoggerMessage(1008, LogLevel.Information, "The hub gets {Kind} of instance {InstanceId} back: its version doesn't run here")]
    public static partial void ItemRejected(ILogger logger, WorkItem.RequestOneofCase kind, string instanceId);

    [LoggerMessage(1009, LogLevel.Debug, "{Kind} of instance {InstanceId} was cut off because the worker stops")]
    public static partial void ItemCutOff(ILogger logger, WorkItem.RequestOneofCase kind, string instanceId);

    [LoggerMessage(1010, LogLevel.Warning, "{Kind} of instance {InstanceId} could not be answered; the hub gets it back")]
    public static partial void ItemFailed(ILogger logger, Exception failure, WorkItem.RequestOneofCase kind, string instanceId);

    [LoggerMessage(1011, LogLevel.Warning, "{Kind} of instance {InstanceId} could not be given back; its lease will end")]
    public static partial void ItemNotGivenBack(ILogger logger, Exception failure, WorkItem.RequestOneofCase kind, string instanceId);

    [LoggerMessage(1012, LogLevel.Warning, "The hub sent a kind of work item that this worker doesn't know: {Kind}")]
    public static partial void ItemUnknown(ILogger logger, WorkItem.RequestOneofCase kind);
}
