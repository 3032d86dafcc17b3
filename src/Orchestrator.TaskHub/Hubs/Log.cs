using Microsoft.Extensions.Logging;

namespace Orchestrator.TaskHub.Hubs;

internal static partial class Log
{
    [LoggerMessage(2020, LogLevel.Information, "Task hub {Hub} is open")]
    public static partial void Opened(ILogger logger, string hub);

    [LoggerMessage(2021, LogLevel.Warning, "Task hub {Hub} was deleted with all that it kept")]
    public static partial void Deleted(ILogger logger, string hub);

    [LoggerMessage(2022, LogLevel.Information, "This hub stands by: the owner is at {Owner}")]
    public static partial void StandsBy(ILogger logger, string owner);

    [LoggerMessage(2023, LogLevel.Warning, "Another hub has taken the store over; this one stands by")]
    public static partial void TakenOver(ILogger logger);

    [LoggerMessage(2024, LogLevel.Error, "The store could not be opened; it is tried again")]
    public static partial void NotOpened(ILogger logger, Exception exception);
}
