using Microsoft.Extensions.Logging;
using Orchestrator.DurableTask.Tests.Replay;

namespace Orchestrator.DurableTask.Tests.Authoring;

public sealed class ReplaySafeLoggerTests
{
    [Fact]
    public void Replayed_WritesEachLineOncePerExecution()
    {
        using LineLoggers lines = new();
        var instance = TestInstance.Of<object?, string>(
            async (context, _) =>
            {
                ILogger logger = context.CreateReplaySafeLogger("Test");
                Write(logger, "before");
                await context.CallActivityAsync("Work");
                Write(context.ReplaySafeLoggerFactory.CreateLogger("Test"), "after");
                return "";
            },
            lines);

        instance.Start();
        instance.Turn(Happened.ActivityCompleted(0));

        // Each turn is played by a replay and by a kept execution: two of each line, not three of the first.
        Assert.Equal(["before", "before", "after", "after"], lines.Written);
    }

#pragma warning disable CA1848, CA2254 // The logger under test is what is written to.
    private static void Write(ILogger logger, string line) => logger.LogInformation(line);
#pragma warning restore CA1848, CA2254

    private sealed class LineLoggers : ILoggerFactory, ILogger
    {
        public List<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
