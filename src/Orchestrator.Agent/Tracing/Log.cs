using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Tracing;

internal static partial class Log
{
    [LoggerMessage(3600, LogLevel.Warning, "A round of telling what runs did failed; the next one goes on")]
    public static partial void RoundFailed(ILogger logger, Exception failure);
}
