using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Approvals;

internal static partial class Log
{
    [LoggerMessage(3101, LogLevel.Warning, "A round of ringing doorbells failed; the next one goes on")]
    public static partial void RoundFailed(ILogger logger, Exception failure);

    [LoggerMessage(3100, LogLevel.Debug, "The doorbell of approval {Approval} was not answered: {Status}")]
    public static partial void DoorbellUnanswered(ILogger logger, string approval, StatusCode status);
}
