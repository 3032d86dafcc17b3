using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Runs;

internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Warning, "A round of keeping runs and hub together failed; the next one goes on")]
    public static partial void RoundFailed(ILogger logger, Exception failure);

    [LoggerMessage(3003, LogLevel.Warning, "What the commands of run {Run} left can't be deleted; it is tried again in an hour")]
    public static partial void SweepFailed(ILogger logger, string run, Exception failure);

    [LoggerMessage(3001, LogLevel.Error, "Run {Run} died without a result: {Reason}")]
    public static partial void RunDied(ILogger logger, string run, string reason);

    [LoggerMessage(3002, LogLevel.Error, "Run {Run} died and can't be ended yet; it is tried again")]
    public static partial void NotBuried(ILogger logger, string run, Exception failure);
}
