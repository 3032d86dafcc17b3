using Microsoft.Extensions.Logging;

namespace Orchestrator.Providers.Requests;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "Request {Attempt} of {Attempts} to {Model} failed: {Fact}; the next one follows in {Delay}")]
    public static partial void RequestFailed(this ILogger logger, int attempt, int attempts, string model, string fact, TimeSpan delay);

    [LoggerMessage(4010, LogLevel.Information, "Response {Response}, which nobody waits for any more, could not be canceled: {Fact}")]
    public static partial void CancelFailed(this ILogger logger, string response, string fact);
}
