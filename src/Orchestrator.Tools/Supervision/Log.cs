using Microsoft.Extensions.Logging;

namespace Orchestrator.Tools.Supervision;

internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Warning, "The supervisor of {Folder} ended before it recorded the end of its command")]
    public static partial void SupervisorLost(ILogger logger, string folder);

    [LoggerMessage(5001, LogLevel.Error, "The command of {Folder} was not started: {Reason}")]
    public static partial void NeverStarted(ILogger logger, string folder, string reason);
}
