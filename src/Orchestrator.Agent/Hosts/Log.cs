using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Hosts;

internal static partial class Log
{
    [LoggerMessage(3200, LogLevel.Warning, "The lease of tool host {Host} could not be renewed; it is tried again")]
    public static partial void NotRenewed(ILogger logger, string host, Exception failure);

    [LoggerMessage(3201, LogLevel.Warning, "Host {Host} takes over the workspace of run {Run} from host {Lost}, which is lost")]
    public static partial void TakesOver(ILogger logger, string host, string run, string lost);

    [LoggerMessage(3202, LogLevel.Warning, "The workspace of run {Run} was taken over while {Activity} worked on it here; what it did is not committed")]
    public static partial void TakenOver(ILogger logger, string run, string activity);

    [LoggerMessage(3203, LogLevel.Information, "{Activity} of run {Run} is done by host {Host}")]
    public static partial void Forwarded(ILogger logger, string activity, string run, string host);

    [LoggerMessage(3204, LogLevel.Warning, "{Activity} of run {Run} waits: {Obstacle}")]
    public static partial void Waits(ILogger logger, string activity, string run, string obstacle);

    [LoggerMessage(3205, LogLevel.Warning, "What is left of run {Run}, which another host holds, can't be deleted; it is tried again later")]
    public static partial void NotLeft(ILogger logger, string run, Exception failure);
}
