using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Runs.Purges;

internal static partial class Log
{
    [LoggerMessage(3070, LogLevel.Warning, "A round of purges failed; the next one is in a minute")]
    public static partial void RoundFailed(ILogger logger, Exception failure);

    [LoggerMessage(3071, LogLevel.Warning, "What is left of the purged run {Run} can't be removed; it is tried again in a minute")]
    public static partial void NotPurged(ILogger logger, string run, Exception failure);
}
