using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Policies;

internal static partial class Log
{
    [LoggerMessage(3110, LogLevel.Error, "policies.yaml is wrong, so the version before it still holds and no run begins: {Message}")]
    public static partial void PolicyKept(ILogger logger, string message);
}
