using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Product;

/// <summary>What callers ask of a server that has runs under way.</summary>
internal static class ServerCalls
{
    private const int Parts = 20;
    private const int SubmittedTogether = 4;

    /// <summary>Submits a task so many times.</summary>
    /// <param name="client">Asks the server.</param>
    /// <param name="task">The task file's text.</param>
    /// <param name="file">Where it lies: its relative paths lead from there.</param>
    /// <param name="runs">How many runs are wanted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The ids of the runs.</returns>
    public static async Task<string[]> SubmitAsync(HttpClient client, string task, string file, int runs, CancellationToken cancellationToken)
    {
        string[] submitted = new string[runs];
        await Parallel.ForAsync(
            0,
            runs,
            new ParallelOptions { MaxDegreeOfParallelism = SubmittedTogether, CancellationToken = cancellationToken },
            async (run, token) =>
            {
                using var body = new StringContent(task, Encoding.UTF8, "application/yaml");
                using HttpResponseMessage response = await client.PostAsync(new Uri($"/api/v1/tasks?file={Uri.EscapeDataString(file)}", UriKind.Relative), body, token);
                response.EnsureSuccessStatusCode();
                submitted[run] = (await response.Content.ReadFromJsonAsync<JsonElement>(token)).GetProperty("runId").GetString()!;
            });
        return submitted;
    }

    /// <summary>All runs that the server lists, page by page.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ListAsync(HttpClient client, CancellationToken cancellationToken)
    {
        List<JsonElement> runs = [];
        string? next = null;
        do
        {
            JsonElement page = await client.GetFromJsonAsync<JsonElement>(
                "/api/v1/runs?limit=200" + (next is null ? "" : $"&cursor={Uri.EscapeDataString(next)}"), cancellationToken);
            runs.AddRange(page.GetProperty("runs").EnumerateArray());
            next = page.TryGetProperty("next", out JsonElement cursor) ? cursor.GetString() : null;
        }
        while (next is not null);
        return runs;
    }

    /// <summary>Looks at runs and steers them at a fixed rate, whether the requests before are answered or not.</summary>
    public static Task<FixedRate.Answers> AskAsync(HttpClient client, string[] runs, int rate, TimeSpan duration, CancellationToken cancellationToken) =>
        FixedRate.AskAsync(client, rate, duration, index => RequestOf(index, runs[index % runs.Length]), cancellationToken);

    /// <summary>The times by what was asked, the slowest first.</summary>
    public static IReadOnlyList<RequestKind> KindsOf(FixedRate.Answers answers) =>
    [
        .. answers.Each.GroupBy(answer => answer.Kind, answer => answer.Ms)
            .Select(kind => new RequestKind(kind.Key, Spread.Of(kind))).OrderByDescending(kind => kind.LatencyMs.P99),
    ];

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
