using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Product;

/// <summary>Signed deliveries of a ticket system, new ones and repetitions, while the first of them are runs already.</summary>
internal sealed class WebhookLoad(int rate, TimeSpan duration)
{
    private const int Turns = 2000;
    private const int ThinkSeconds = 5;
    private const int RunsAtWork = 4;
    private const int RepeatsOneOf = 4;
    private const string KeyVariable = "BENCHMARK_HOOK_KEY";

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public async Task<ProductWebhooksRound> RunAsync(ProductFolder folder, CancellationToken cancellationToken)
    {
        await folder.PrepareAsync(Turns, ThinkSeconds, cancellationToken);
        await ConfigureAsync(folder, cancellationToken);
        Environment.SetEnvironmentVariable(KeyVariable, $"whsec_{Convert.ToBase64String(Key)}");
        (OrchestratorProcess process, string said) = await OrchestratorProcess.ServeAsync(
            ["serve", "--data", folder.Data, "--urls", "http://127.0.0.1:0"], "server listening on", modelUrl: "", cancellationToken);
        await using OrchestratorProcess server = process;
        using HttpClient client = await folder.ClientAsync(said, cancellationToken);

        double cpu = server.Figures().CpuSeconds;
        FixedRate.Answers answers = await FixedRate.AskAsync(client, rate, duration, Delivery, cancellationToken);
        ProcessFigures figures = server.Figures();
        JsonElement runs = (await client.GetFromJsonAsync<JsonElement>("/api/v1/runs?limit=200", cancellationToken)).GetProperty("runs");
        return new ProductWebhooksRound(
            answers.LatencyMs,
            answers.Refused,
            Enumerable.Range(0, answers.Each.Count).Count(index => !IsRepeated(index)),
            runs.GetArrayLength(),
            (figures.CpuSeconds - cpu) / duration.TotalSeconds,
            figures.PeakResidentBytes);
    }

    private static async Task ConfigureAsync(ProductFolder folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder.Data);
        string template = (await File.ReadAllTextAsync(folder.Task, cancellationToken))
            .Replace("workspace: { source: ./source }\n", string.Empty, StringComparison.Ordinal)
            .Replace("objective: Append each number once.", "objective: |\n  Append each number once.\n\n  {{ticket}}", StringComparison.Ordinal)
            .Replace("model: gpt-5.4", $"model: \"scripted:{folder.Script}\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "ticket.yaml"), template, cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(folder.Data, "settings.json"),
            $$"""
            { "Intake": { "MostRuns": {{RunsAtWork}}, "Sources": [
              { "Name": "desk", "Kind": "generic", "SecretEnv": ["{{KeyVariable}}"], "Template": "ticket.yaml", "MostRuns": {{RunsAtWork}},
                "Trigger": { "Authors": ["anna"] }, "Repositories": { "numbers": { "Source": "{{folder.Source}}", "Ref": "main" } } } ] } }
            """,
            cancellationToken);
    }

    /// <summary>Every fourth is what its sender had sent a while ago.</summary>
    private static bool IsRepeated(int index) => index % RepeatsOneOf == RepeatsOneOf - 1;

    private static (string Kind, HttpRequestMessage Request) Delivery(int index)
    {
        bool isRepeated = IsRepeated(index);
        int ticket = isRepeated ? index / 2 / RepeatsOneOf * RepeatsOneOf : index;
        string body = $$"""{"ticket":"P-{{ticket}}","revision":"1","repository":"numbers","title":"Totals are wrong","text":"Please mend them: {{new string('.', 600)}}","author":"ben","requestedBy":"anna"}""";
        string name = $"msg_{ticket}";
        string at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] mac = HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{name}.{at}.{body}"));
        return (isRepeated ? "repeated" : "new", new HttpRequestMessage(HttpMethod.Post, "/api/v1/intake/generic/desk")
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
            Headers = { { "webhook-id", name }, { "webhook-timestamp", at }, { "webhook-signature", $"v1,{Convert.ToBase64String(mac)}" } },
        });
    }
}
