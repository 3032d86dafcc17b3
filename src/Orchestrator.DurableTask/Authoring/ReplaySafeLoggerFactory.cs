using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask;

/// <summary>Makes replay-safe loggers over the loggers of another factory, which it doesn't own.</summary>
internal sealed class ReplaySafeLoggerFactory(TaskOrchestrationContext context, Func<ILoggerFactory> inner) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new ReplaySafeLogger(context, inner().CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("Add providers to the host's logging, not to an orchestration's loggers.");

    public void Dispose()
    {
    }
}
