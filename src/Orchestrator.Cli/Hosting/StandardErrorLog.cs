using Microsoft.Extensions.Logging;

namespace Orchestrator.Cli.Hosting;

/// <summary>Logs go to standard error: standard output belongs to results.</summary>
internal static class StandardErrorLog
{
    public static void AddTo(ILoggingBuilder logging, LogLevel lowest) => logging
        .AddSimpleConsole(console => console.SingleLine = true)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .SetMinimumLevel(lowest);

    /// <summary>The same for a hub, whose failure to start is told by whoever starts it.</summary>
    public static void AddToHub(ILoggingBuilder logging)
    {
        AddTo(logging, LogLevel.Warning);
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
    }
}
