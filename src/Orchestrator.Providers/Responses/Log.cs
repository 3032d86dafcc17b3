using Microsoft.Extensions.Logging;

namespace Orchestrator.Providers.Responses;

internal static partial class Log
{
    // The run's timeline tells it, too: a warning would reach the terminal of whoever does the work, who may follow another run.
    [LoggerMessage(4000, LogLevel.Information, "Request {Attempt} of {Attempts} to {Model} failed: {Fact}; the next one follows in {Delay}")]
    public static partial void RequestFailed(this ILogger logger, int attempt, int attempts, string model, string fact, TimeSpan delay);
}
