using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Intake.Transitions;

internal static partial class Log
{
    [LoggerMessage(3411, LogLevel.Warning, "The ticket of run {Run} was not moved: {Reason} It is tried again")]
    public static partial void PutOff(ILogger logger, string run, string reason);

    [LoggerMessage(3412, LogLevel.Error, "The ticket of run {Run} was not moved in {Attempts} attempts: {Reason} It is left where it is, and the run goes on")]
    public static partial void GivenUp(ILogger logger, string run, int attempts, string reason);

    [LoggerMessage(3413, LogLevel.Error, "The ticket of run {Run} is not moved, and the run goes on without that: {Reason}")]
    public static partial void Refused(ILogger logger, string run, string reason);
}
