using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Product;

/// <summary>Runs on a server, and callers who look at them and steer them.</summary>
internal sealed class ServerLoad(int runs, int thinkSeconds, int rate, TimeSpan duration)
{
    private const int Parts = 20;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public async Task<ProductServerRound> RunAsync(ProductFolder folder, CancellationToken cancellationToken)
    {
        // Twice as long as is measured, so that no run ends meanwhile.
        int turns = (int)Math.Ceiling(2 * (duration.TotalSeconds + Patience.TotalSeconds) / thinkSeconds);
        await folder.PrepareAsync(turns, thinkSeconds, cancellationToken);
        (OrchestratorProcess process, string said) = await OrchestratorProcess.ServeAsync(
            ["serve", "--data", folder.Data, "--urls", "http://127.0.0.1:0"], "server listening on", modelUrl: "", cancellationToken);
        await using OrchestratorProcess server = process;
        using HttpClient client = await folder.ClientAsync(said, cancellationToken);
        string[] submitted = await SubmitAsync(client, folder, cancellationToken);
        await UntilAllTakeTurnsAsync(client, cancellationToken);

        int before = await TurnsAsync(client, cancellationToken);
        double cpu = server.Figures().CpuSeconds;
        FixedRate.Answers answers = await FixedRate.AskAsync(
            client, rate, duration, index => RequestOf(index, submitted[index % submitted.Length]), cancellationToken);
        ProcessFigures figures = server.Figures();
        return new ProductServerRound(
            answers.LatencyMs,
            [.. answers.Each.GroupBy(answer => answer.Kind, answer => answer.Ms).Select(kind => new RequestKind(kind.Key, Spread.Of(kind))).OrderByDescending(kind => kind.LatencyMs.P99)],
            answers.Refused,
            await TurnsAsync(client, cancellationToken) - before,
            (figures.CpuSeconds - cpu) / duration.TotalSeconds,
            figures.PeakResidentBytes);
    }

    private async Task<string[]> SubmitAsync(HttpClient client, ProductFolder folder, CancellationToken cancellationToken)
    {
        string task = (await File.ReadAllTextAsync(folder.Task, cancellationToken)).Replace("model: gpt-5.4", $"model: \"scripted:{folder.Script}\"", StringComparison.Ordinal);
        string[] submitted = new string[runs];
        for (int run = 0; run < runs; run++)
        {
            using var body = new StringContent(task, Encoding.UTF8, "application/yaml");
            using HttpResponseMessage response = await client.PostAsync(new Uri($"/api/v1/tasks?file={Uri.EscapeDataString(folder.Task)}", UriKind.Relative), body, cancellationToken);
            response.EnsureSuccessStatusCode();
            submitted[run] = (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("runId").GetString()!;
        }

        return submitted;
    }

    private async Task UntilAllTakeTurnsAsync(HttpClient client, CancellationToken cancellationToken)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while ((await ListAsync(client, cancellationToken)).Count(run => run.GetProperty("turns").GetInt32() > 0) < runs)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                throw new IOException($"Not all of {runs} runs have taken a turn within {Patience}.");
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<int> TurnsAsync(HttpClient client, CancellationToken cancellationToken) =>
        (await ListAsync(client, cancellationToken)).Sum(run => run.GetProperty("turns").GetInt32());

    private static async Task<JsonElement[]> ListAsync(HttpClient client, CancellationToken cancellationToken) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/v1/runs?limit=200", cancellationToken)).GetProperty("runs").EnumerateArray()];

    /// <summary>Of twenty requests four are pages, one is a message to a run, and the others are what programs look at.</summary>
    private static (string Kind, HttpRequestMessage Request) RequestOf(int index, string run) => (index % Parts) switch
    {
        0 => ("message", new HttpRequestMessage(HttpMethod.Post, $"/api/v1/runs/{run}/messages")
        {
            Content = new StringContent($$"""{"text":"Note number {{index}}."}""", Encoding.UTF8, "application/json"),
            Headers = { { "Idempotency-Key", $"note-{index}" } },
        }),
        1 or 2 => ("page of a run", new HttpRequestMessage(HttpMethod.Get, $"/runs/{run}")),
        3 => ("inbox", new HttpRequestMessage(HttpMethod.Get, "/")),
        4 => ("page of runs", new HttpRequestMessage(HttpMethod.Get, "/runs")),
        < 9 => ("list of runs", new HttpRequestMessage(HttpMethod.Get, "/api/v1/runs")),
        < 16 => ("run", new HttpRequestMessage(HttpMethod.Get, $"/api/v1/runs/{run}")),
        < 18 => ("kill switch", new HttpRequestMessage(HttpMethod.Get, "/api/v1/killswitch")),
        _ => ("approvals", new HttpRequestMessage(HttpMethod.Get, "/api/v1/approvals")),
    };
}
