using Microsoft.Extensions.Logging;

namespace Orchestrator.Server.Health;

internal static partial class Log
{
    [LoggerMessage(7010, LogLevel.Warning, "Not ready: {Part} doesn't answer: {Reason}")]
    public static partial void NotReady(ILogger logger, string part, string reason);
}
