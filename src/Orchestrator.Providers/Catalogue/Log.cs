using Microsoft.Extensions.Logging;

namespace Orchestrator.Providers.Catalogue;

internal static partial class Log
{
    [LoggerMessage(4200, LogLevel.Error, "{File} has changed and is wrong; the endpoints that it declared before stay in use. {Errors}")]
    public static partial void ProvidersNotTaken(this ILogger logger, string file, string errors);
}
