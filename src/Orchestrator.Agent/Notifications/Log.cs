using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Notifications;

internal static partial class Log
{
    [LoggerMessage(3301, LogLevel.Warning, "A round of the postman failed; the next one goes on")]
    public static partial void RoundFailed(ILogger logger, Exception failure);

    [LoggerMessage(3302, LogLevel.Warning, "Channel {Channel} took no notification: {Reason} It is tried again")]
    public static partial void ChannelFailed(ILogger logger, string channel, string reason);

    [LoggerMessage(3303, LogLevel.Error, "Channel {Channel}: notification {Id} was given up after {Attempts} attempts: {Reason} 'orchestrator notifications retry' sends it again")]
    public static partial void GivenUp(ILogger logger, string channel, long id, int attempts, string reason);
}
