using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Runs;

internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Warning, "The hub does not answer: {Detail}")]
    public static partial void HubAway(ILogger logger, string detail);

    [LoggerMessage(3001, LogLevel.Error, "Run {Run} died without a result: {Reason}")]
    public static partial void RunDied(ILogger logger, string run, string reason);
}
