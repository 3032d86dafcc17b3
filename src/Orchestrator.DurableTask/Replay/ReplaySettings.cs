using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask.Replay;

/// <summary>What a worker decides for all its orchestrators.</summary>
/// <param name="DataConverter">Reads and writes payloads.</param>
/// <param name="MaximumTimerInterval">The longest single timer; longer ones become several.</param>
/// <param name="DefaultVersion">The version of sub-orchestrations that ask for none.</param>
/// <param name="LoggerFactory">Makes the loggers behind replay-safe ones.</param>
internal sealed record ReplaySettings(
    DataConverter DataConverter, TimeSpan MaximumTimerInterval, string DefaultVersion, ILoggerFactory LoggerFactory);
