using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Intake;

internal static partial class Log
{
    [LoggerMessage(3401, LogLevel.Warning, "A round of the intake failed; the next one goes on")]
    public static partial void RoundFailed(ILogger logger, Exception failure);

    [LoggerMessage(3402, LogLevel.Information, "Delivery {Id} of source {Source}: {Outcome}")]
    public static partial void Tried(ILogger logger, long id, string source, StartOutcome outcome);

    [LoggerMessage(3403, LogLevel.Warning, "Delivery {Id} of source {Source} did not become a run: {Reason} It is tried again")]
    public static partial void PutOff(ILogger logger, long id, string source, string reason);

    [LoggerMessage(3404, LogLevel.Error, "Delivery {Id} of source {Source} was given up after {Attempts} attempts: {Reason} 'orchestrator intake retry' tries it again")]
    public static partial void GivenUp(ILogger logger, long id, string source, int attempts, string reason);
}
