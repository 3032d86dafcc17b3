using Microsoft.Extensions.Logging;

namespace Orchestrator.TaskHub.Hubs;

internal static partial class Log
{
    [LoggerMessage(2020, LogLevel.Information, "Task hub {Hub} is open")]
    public static partial void Opened(ILogger logger, string hub);

    [LoggerMessage(2021, LogLevel.Warning, "Task hub {Hub} was deleted with all that it kept")]
    public static partial void Deleted(ILogger logger, string hub);
}
