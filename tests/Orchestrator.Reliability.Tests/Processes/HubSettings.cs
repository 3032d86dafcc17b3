using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Orchestrator.TaskHub;

namespace Orchestrator.Reliability.Tests.Processes;

/// <summary>A hub of the tests: in this process, or by these words in one of its own.</summary>
internal sealed record HubSettings(string Database, int Port)
{
    public const string Verb = "hub";

    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan PeerSilence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Small, so that histories are streamed.</summary>
    public int InlineHistoryBytes { get; init; } = 1024;

    /// <summary>Where its warnings go; null for nowhere.</summary>
    public string? LogFile { get; init; }

    [JsonIgnore]
    public string Address => $"http://127.0.0.1:{Port}";

    public IEnumerable<string> Arguments() => [Verb, JsonSerializer.Serialize(this)];

    public static HubSettings Read(string json) => JsonSerializer.Deserialize<HubSettings>(json)!;

    public async Task<IAsyncDisposable> StartAsync() => await HubServer.StartAsync(
        new HubServerOptions { Listen = $"127.0.0.1:{Port}", PeerSilence = PeerSilence },
        options =>
        {
            options.DatabasePath = Database;
            options.LeaseDuration = Lease;
            options.PingInterval = Ping;
            options.InlineHistoryBytes = InlineHistoryBytes;
        },
        logging =>
        {
            if (LogFile is not null)
            {
                logging.AddProvider(new FileLog(LogFile)).SetMinimumLevel(LogLevel.Warning);
            }
        },
        TimeProvider.System,
        CancellationToken.None);
}
