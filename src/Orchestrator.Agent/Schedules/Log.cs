using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Schedules;

internal static partial class Log
{
    [LoggerMessage(3500, LogLevel.Warning, "A round of keeping schedules and hub together failed; the next one goes on")]
    public static partial void RoundFailed(ILogger logger, Exception failure);

    [LoggerMessage(3501, LogLevel.Warning, "Schedule {Schedule} has no orchestration that keeps it; it gets one")]
    public static partial void ScheduleUnkept(ILogger logger, string schedule);
}
