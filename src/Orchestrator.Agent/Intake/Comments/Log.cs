using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Intake.Comments;

internal static partial class Log
{
    [LoggerMessage(3405, LogLevel.Warning, "A round of telling tickets failed; the next one goes on")]
    public static partial void RoundFailed(ILogger logger, Exception failure);

    [LoggerMessage(3406, LogLevel.Warning, "Tickets of source {Source} are not told of their runs by this process: {Fault}")]
    public static partial void CannotTell(ILogger logger, string source, string fault);

    [LoggerMessage(3407, LogLevel.Warning, "The ticket of run {Run} was not told: {Reason} It is tried again")]
    public static partial void PutOff(ILogger logger, string run, string reason);

    [LoggerMessage(3408, LogLevel.Error, "The ticket of run {Run} was not told in {Attempts} attempts: {Reason} It is tried again when more happens")]
    public static partial void GivenUp(ILogger logger, string run, int attempts, string reason);

    [LoggerMessage(3409, LogLevel.Error, "The ticket of run {Run} is not told, and the run goes on without that: {Reason}")]
    public static partial void Refused(ILogger logger, string run, string reason);

    [LoggerMessage(3410, LogLevel.Warning, "Tickets of source {Source} are not moved by this process: {Fault}")]
    public static partial void CannotMove(ILogger logger, string source, string fault);
}
