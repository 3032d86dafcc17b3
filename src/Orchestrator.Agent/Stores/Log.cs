using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Stores;

internal static partial class Log
{
    [LoggerMessage(3060, LogLevel.Debug, "{Count} payloads that nothing refers to were deleted")]
    public static partial void Swept(ILogger logger, int count);

    [LoggerMessage(3061, LogLevel.Warning, "A search for payloads that nothing refers to failed; the next one is in six hours")]
    public static partial void SweepFailed(ILogger logger, Exception failure);
}
