using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask.Client.Grpc;

internal static partial class Log
{
    [LoggerMessage(1050, LogLevel.Debug, "Orchestrator {Orchestrator} was started as instance {InstanceId}")]
    public static partial void Started(ILogger logger, string orchestrator, string instanceId);

    [LoggerMessage(1051, LogLevel.Information, "Instance {InstanceId} was ordered to terminate")]
    public static partial void Terminated(ILogger logger, string instanceId);

    [LoggerMessage(1052, LogLevel.Debug, "The wait for instance {InstanceId} was cut and is renewed")]
    public static partial void WaitRenewed(ILogger logger, string instanceId);
}
