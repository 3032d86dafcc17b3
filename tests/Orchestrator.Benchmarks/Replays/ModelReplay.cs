using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Providers;

namespace Orchestrator.Benchmarks.Replays;

/// <summary>Sends one conversation again and again, from its entries to the answer, as a turn does; beside it the same bytes by a bare client.</summary>
internal sealed class ModelReplay(ReplayEndpoint endpoint, int calls, int warmUp) : IAsyncDisposable
{
    private static readonly ToolDefinition Bash = new(
        "bash", "Runs a command.", """{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}""", EffectClass.Contained);

    private readonly ServiceProvider _services = Services(endpoint.BaseUrl);

    public async Task<ReplayRound> RunAsync(Dialect dialect, int bytes, CancellationToken cancellationToken)
    {
        ModelDescription model = _services.GetRequiredService<IModelCatalogue>().Resolve(ModelOf(dialect));
        IReadOnlyList<TranscriptEntry> entries = ReplayConversation.Of(model.Origin, bytes);
        IModelClient client = _services.GetRequiredService<IModelClient>();
        Measured ours = await MeasureAsync(
            () => client.AskAsync(
                new ModelRequest
                {
                    Model = model.Id,
                    Prompt = TranscriptEntry.PromptOf(entries),
                    Tools = [Bash],
                    CacheKey = "replay",
                },
                cancellationToken));
        long sent = await endpoint.LastLengthAsync(cancellationToken);
        Measured floor = await MeasureFloorAsync(sent, cancellationToken);
        return new ReplayRound(dialect, ours.Ms, ours.AllocatedBytes, sent, ours.CpuMs, floor.Ms, floor.AllocatedBytes);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<Measured> MeasureFloorAsync(long length, CancellationToken cancellationToken)
    {
        byte[] ready = new byte[length];
        using var http = new HttpClient();
        return await MeasureAsync(async () =>
        {
            using var body = new ByteArrayContent(ready);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using HttpResponseMessage answer = await http.PostAsync($"{endpoint.BaseUrl}/responses", body, cancellationToken);
            await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        });
    }

    private async Task<Measured> MeasureAsync(Func<Task> call)
    {
        for (int i = 0; i < warmUp; i++)
        {
            await call();
        }

        Garbage.Collect();
        double[] ms = new double[calls];
        double cpu = Environment.CpuUsage.TotalTime.TotalMilliseconds;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < calls; i++)
        {
            long start = TimeProvider.System.GetTimestamp();
            await call();
            ms[i] = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        }

        long all = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new Measured(Spread.Of(ms), all / calls, (Environment.CpuUsage.TotalTime.TotalMilliseconds - cpu) / calls);
    }

    private static string ModelOf(Dialect dialect) => dialect switch
    {
        Dialect.Responses => "gpt-5.5",
        Dialect.Messages => "claude-opus-4-7",
        _ => "gemini-3.1-pro",
    };

    private static ServiceProvider Services(string baseUrl)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OPENAI_API_KEY"] = "none",
            ["OPENAI_BASE_URL"] = baseUrl,
            ["ANTHROPIC_API_KEY"] = "none",
            ["ANTHROPIC_BASE_URL"] = baseUrl,
            ["GEMINI_API_KEY"] = "none",
            ["GEMINI_BASE_URL"] = baseUrl,
        }).Build();
        return new ServiceCollection()
            .AddLogging(logging => logging.ClearProviders())
            .AddProviders(configuration, Path.Combine(AppContext.BaseDirectory, "no-providers.yaml"))
            .BuildServiceProvider();
    }

    private readonly record struct Measured(Spread Ms, long AllocatedBytes, double CpuMs);
}
