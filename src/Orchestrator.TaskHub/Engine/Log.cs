using Microsoft.Extensions.Logging;

namespace Orchestrator.TaskHub.Engine;

internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "The hub is open: {Instances} instances to wake, {Activities} activities to hand out")]
    public static partial void Opened(ILogger logger, int instances, int activities);

    [LoggerMessage(2001, LogLevel.Information, "Worker {Worker} connected, on {Agent}")]
    public static partial void WorkerConnected(ILogger logger, string worker, string agent);

    [LoggerMessage(2002, LogLevel.Information, "Worker {Worker} left")]
    public static partial void WorkerLeft(ILogger logger, string worker);

    [LoggerMessage(2003, LogLevel.Warning, "A worker took nothing for the length of a lease: its work items go to others")]
    public static partial void WorkerStuck(ILogger logger);

    [LoggerMessage(2004, LogLevel.Warning, "Instance {InstanceId} was quarantined after {Attempts} attempts")]
    public static partial void InstanceQuarantined(ILogger logger, string instanceId, int attempts);

    [LoggerMessage(2005, LogLevel.Warning, "Activity {Activity} of instance {InstanceId} was quarantined after {Attempts} attempts")]
    public static partial void ActivityQuarantined(ILogger logger, string activity, string instanceId, int attempts);

    [LoggerMessage(2006, LogLevel.Error, "Timers could not be fired; they are tried again")]
    public static partial void TimersFailed(ILogger logger, Exception exception);

    [LoggerMessage(2007, LogLevel.Error, "A work item could not be handed out; it is tried again")]
    public static partial void HandOutFailed(ILogger logger, Exception exception);

    [LoggerMessage(2008, LogLevel.Error, "A failed attempt could not be written down")]
    public static partial void AttemptNotSaved(ILogger logger, Exception exception);

    [LoggerMessage(2010, LogLevel.Critical, "What was committed could not be acted on; a restart of the hub would")]
    public static partial void ChangesNotApplied(ILogger logger, Exception exception);

    [LoggerMessage(2009, LogLevel.Error, "An instance that did not answer its termination could not be ended; it is tried again")]
    public static partial void TerminationFailed(ILogger logger, Exception exception);

    [LoggerMessage(2010, LogLevel.Critical, "The hub no longer looks after its {What}: start it again")]
    public static partial void LoopEnded(ILogger logger, string what, Exception exception);
}
