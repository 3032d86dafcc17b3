using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>The processes of a product on one data folder, each of which can be killed, and callers who insist on an answer of its server.</summary>
/// <param name="example">What is submitted; the data folder is its.</param>
/// <param name="environment">What the processes find in their environment.</param>
internal sealed class ProductParts(ExampleFolder example, params (string Name, string? Value)[] environment) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly List<Part> _parts = [];
    private readonly List<OrchestratorProcess> _dead = [];

    public IReadOnlyList<string> Names => [.. _parts.Select(part => part.Name)];

    /// <summary>The processes that there are now.</summary>
    public IReadOnlyList<int> Ids => [.. _parts.Select(part => part.Process.Id)];

    /// <param name="name">What it is.</param>
    /// <param name="arguments">How a hub is started, but for where it listens.</param>
    /// <returns>Its address.</returns>
    public async Task<string> AddHubAsync(string name, params string[] arguments)
    {
        string address = Loopback();
        await AddAsync(name, "}", ["hub", "--listen", address, .. arguments, "--json"]);
        return $"http://{address}";
    }

    public Task AddWorkerAsync(string name, string hub) => AddAsync(name, "working for", ["worker", "--hub", hub, "--data", example.Data]);

    /// <summary>Adds the server that is asked from then on.</summary>
    public async Task AddServerAsync(string name, string hub)
    {
        string address = Loopback();
        _http.BaseAddress = new Uri($"http://{address}/api/v1/");
        Part serving = await AddAsync(name, "hub answers at", ["serve", "--hub", hub, "--urls", $"http://{address}", "--data", example.Data, "--json"]);
        string token = await File.ReadAllTextAsync(serving.Process.Json.GetProperty("tokenFile").GetString()!);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
    }

    public OrchestratorProcess ProcessOf(string name) => PartOf(name).Process;

    /// <summary>Ends one as a crash does, and starts it again.</summary>
    public async Task KillAsync(string name)
    {
        Part part = PartOf(name);
        part.Process.Kill();
        _dead.Add(part.Process);
        part.Process = OrchestratorProcess.Start(part.Arguments, environment);
        await part.SaysAsync();
    }

    /// <summary>Has one stand still for a while.</summary>
    public async Task HaltAsync(string name, TimeSpan duration)
    {
        OrchestratorProcess process = ProcessOf(name);
        process.Signal("STOP");
        await Task.Delay(duration, TimeProvider.System);   // Another process: there is no clock of its to move.
        process.Signal("CONT");
    }

    /// <summary>Submits the example's task until it is known to be stored.</summary>
    public async Task<string> SubmitAsync(string key)
    {
        string? run = null;
        await InsistAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"tasks?file={Uri.EscapeDataString(example.Task)}")
                {
                    Content = new StringContent(await File.ReadAllTextAsync(example.Task), Encoding.UTF8, "application/yaml"),
                    Headers = { { "Idempotency-Key", key } },
                };
                using HttpResponseMessage response = await _http.SendAsync(request);
                JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
                Assert.True((int)response.StatusCode is 201 or >= 500, answer.ToString());
                return answer.TryGetProperty("runId", out JsonElement id) && (run = id.GetString()) is not null;
            },
            $"submission {key}");
        return run!;
    }

    /// <summary>Approves what is asked at the moment.</summary>
    /// <returns>How many decisions were taken up.</returns>
    public async Task<int> ApproveAsync()
    {
        int taken = 0;
        foreach (JsonElement open in (await GetAsync("approvals?limit=100")).GetProperty("approvals").EnumerateArray())
        {
            try
            {
                using HttpResponseMessage response = await _http.PostAsJsonAsync(
                    $"approvals/{open.GetProperty("id").GetString()}/decision", new { digest = open.GetProperty("digest").GetString(), decision = "approve" });
                taken += response.IsSuccessStatusCode ? 1 : 0;
            }
            catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException)
            {
                // Whether it counts is seen in what is asked then.
            }
        }

        return taken;
    }

    /// <summary>The newest hundred runs.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StatesAsync() => (await GetAsync("runs?limit=100")).GetProperty("runs").EnumerateArray()
        .ToDictionary(run => run.GetProperty("runId").GetString()!, StateOf);

    public async Task<string> StateAsync(string run) => StateOf(await GetAsync($"runs/{run}"));

    public Task<OrchestratorProcess> VerbAsync(params string[] arguments) => OrchestratorProcess.RunAsync([.. arguments, "--data", example.Data], environment);

    /// <summary>What all of them said.</summary>
    public string Said() => string.Concat(_parts.Select(part => $"\n{part.Name}:\n{part.Process.Error}"));

    public void Dispose()
    {
        foreach (OrchestratorProcess process in _parts.Select(part => part.Process).Concat(_dead))
        {
            process.Dispose();
        }

        _http.Dispose();
    }

    private static string Loopback() => $"127.0.0.1:{FreePort.Take()}";

    private static string StateOf(JsonElement run) => run.GetProperty("status").GetString()!;

    private Part PartOf(string name) => _parts.Single(part => part.Name == name);

    private async Task<Part> AddAsync(string name, string sign, string[] arguments)
    {
        var part = new Part(name, sign, arguments) { Process = OrchestratorProcess.Start(arguments, environment) };
        _parts.Add(part);
        await part.SaysAsync();
        return part;
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        JsonElement? answer = null;
        await InsistAsync(
            async () =>
            {
                using HttpResponseMessage response = await _http.GetAsync(path);
                Assert.True(response.IsSuccessStatusCode || (int)response.StatusCode >= 500, $"{path}: {response.StatusCode}");
                answer = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>() : null;
                return answer is not null;
            },
            path);
        return answer!.Value;
    }

    /// <summary>The server may be away.</summary>
    private async Task InsistAsync(Func<Task<bool>> call, string wanted)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (!await TryAsync(call))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, $"{wanted} had no answer:{Said()}");
            await Task.Delay(BetweenTries, TimeProvider.System);
        }
    }

    private static async Task<bool> TryAsync(Func<Task<bool>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException or JsonException)
        {
            return false;
        }
    }

    /// <param name="Name">What it is.</param>
    /// <param name="Sign">What it says once it does its part.</param>
    /// <param name="Arguments">How it is started.</param>
    private sealed record Part(string Name, string Sign, string[] Arguments)
    {
        public required OrchestratorProcess Process { get; set; }

        public Task SaysAsync() => Eventually.IsTrueAsync(
            () => (Process.Output + Process.Error).Contains(Sign, StringComparison.Ordinal), () => $"'{Sign}' of the {Name}:\n{Process.Error}");
    }
}
