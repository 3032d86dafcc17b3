using Microsoft.Extensions.Logging;

namespace Orchestrator.Providers.Scripted;

internal static partial class Log
{
    [LoggerMessage(4100, LogLevel.Information, "{Announcement}")]
    public static partial void ScriptedModelStarted(this ILogger logger, string announcement);
}
