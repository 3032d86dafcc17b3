using Microsoft.Extensions.Logging;

namespace Orchestrator.Server.Problems;

internal static partial class Log
{
    [LoggerMessage(7000, LogLevel.Error, "{Method} {Path} failed ({Number})")]
    public static partial void RequestFailed(ILogger logger, Exception failure, string method, string path, string number);
}
