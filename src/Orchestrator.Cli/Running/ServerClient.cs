using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Hosting;
using Orchestrator.Server.Tokens;
using Polly;
using Polly.Retry;

namespace Orchestrator.Cli.Running;

/// <summary>Submits a task file to a server, as often as it takes: the server knows the submission again.</summary>
internal sealed class ServerClient(Uri server, string token, TimeProvider time)
{
    private const int Attempts = 4;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>The token of the environment, or that of the local user whose server has this data folder.</summary>
    /// <exception cref="BadInputException">There is none.</exception>
    public static string FindToken(string? folder)
    {
        if (Environment.GetEnvironmentVariable("ORCHESTRATOR_TOKEN") is { Length: > 0 } given)
        {
            return given.Trim();
        }

        string file = LocalAccess.FileIn(DataFolders.PathOf(folder));
        return File.Exists(file)
            ? File.ReadAllText(file).Trim()
            : throw new BadInputException($"--server: no token. Set ORCHESTRATOR_TOKEN, or name the data folder of your own server with --data: {file} isn't there.");
    }

    /// <param name="task">The task file's text.</param>
    /// <param name="file">Its absolute path: where the server is on this machine, relative paths lead from there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The server's answer.</returns>
    /// <exception cref="BadInputException">The server refuses the task.</exception>
    /// <exception cref="EnvironmentException">It can't be reached, or can't take it now.</exception>
    public async Task<JsonElement> SubmitAsync(string task, string file, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        try
        {
            using HttpResponseMessage response = await AsOftenAsItTakes().ExecuteAsync(
                async ended =>
                {
                    using var body = new StringContent(task, Encoding.UTF8, "application/yaml");
                    return await client.PostAsync(new Uri($"/api/v1/tasks?file={Uri.EscapeDataString(file)}", UriKind.Relative), body, ended);
                },
                cancellationToken);
            return await ReadAsync(response, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw new EnvironmentException($"The server at {server} can't be reached: {failure.Message}");
        }
    }

    /// <summary>What failed may have arrived: it is sent again with the same key.</summary>
    private ResiliencePipeline<HttpResponseMessage> AsOftenAsItTakes() => new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = Attempts - 1,
            Delay = Rest,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = static sent => ValueTask.FromResult(
                sent.Outcome is { Exception: HttpRequestException } or { Result.StatusCode: >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests }),
        })
        .Build();

    private async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement answer = document.RootElement;
            if (response.IsSuccessStatusCode)
            {
                return answer.Clone();
            }

            string said = $"{answer.GetProperty("detail").GetString()} {answer.GetProperty("fix").GetString()}";
            throw (int)response.StatusCode >= 500
                ? new EnvironmentException($"{server}: {said}")
                : new BadInputException($"{server}: {said}");
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new EnvironmentException($"What answers at {server} is no server of this program ({(int)response.StatusCode}).");
        }
    }
}
