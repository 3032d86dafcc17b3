using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Orchestrator.Testing.Azurite;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>Two hubs, two workers and a server, each a process that can be killed, on PostgreSQL, blobs and one data folder.</summary>
internal sealed class SharedProduct : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    private readonly PostgresCluster _cluster;
    private readonly string _database;
    private readonly AzuriteServer _azurite;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly List<Part> _parts = [];
    private readonly List<OrchestratorProcess> _dead = [];

    private SharedProduct(ExampleFolder example, PostgresCluster cluster, string database, AzuriteServer azurite)
    {
        Example = example;
        _cluster = cluster;
        _database = database;
        _azurite = azurite;
    }

    public ExampleFolder Example { get; }

    /// <summary>What can be killed.</summary>
    public IReadOnlyList<string> Parts => [.. _parts.Select(part => part.Name)];

    private BlobContainerClient Payloads => new(_azurite.ConnectionString(), "payloads");

    public static async Task<SharedProduct> StartAsync(ExampleFolder example)
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        var product = new SharedProduct(example, cluster, await cluster.CreateDatabaseAsync(), await AzuriteServer.StartAsync());
        await product.Payloads.CreateAsync();
        string[] hubs = [Loopback(), Loopback()];
        string server = Loopback();
        product._http.BaseAddress = new Uri($"http://{server}/api/v1/");
        await product.AddAsync("first hub", "}", product.Hub(hubs[0]));
        await product.AddAsync("second hub", "}", product.Hub(hubs[1]));
        await product.AddAsync("first worker", "working for", ["worker", "--hub", $"http://{hubs[0]}", "--data", example.Data]);
        Part serving = await product.AddAsync(
            "server", "hub answers at", ["serve", "--hub", $"http://{hubs[1]}", "--urls", $"http://{server}", "--data", example.Data, "--json"]);
        await product.AddAsync("second worker", "working for", ["worker", "--hub", $"http://{hubs[1]}", "--data", example.Data]);
        string token = await File.ReadAllTextAsync(serving.Process.Json.GetProperty("tokenFile").GetString()!);
        product._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        return product;
    }

    /// <summary>Ends one as a crash does, and starts it again.</summary>
    public async Task KillAsync(string name)
    {
        Part part = _parts.Single(part => part.Name == name);
        part.Process.Kill();
        _dead.Add(part.Process);
        part.Process = Start(part.Arguments);
        await part.SaysAsync();
    }

    /// <summary>Submits the example's task until it is known to be stored.</summary>
    public async Task<string> SubmitAsync(string key)
    {
        string? run = null;
        await InsistAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"tasks?file={Uri.EscapeDataString(Example.Task)}")
                {
                    Content = new StringContent(await File.ReadAllTextAsync(Example.Task), Encoding.UTF8, "application/yaml"),
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

    public async Task<IReadOnlyDictionary<string, string>> StatesAsync() => (await GetAsync("runs?limit=100")).GetProperty("runs").EnumerateArray()
        .ToDictionary(run => run.GetProperty("runId").GetString()!, run => run.GetProperty("status").GetString()!);

    public Task<string> QueryAsync(string sql) => _cluster.QueryAsync(_database, sql);

    public Task<OrchestratorProcess> VerbAsync(params string[] arguments) => OrchestratorProcess.RunAsync([.. arguments, "--data", Example.Data], Environment());

    /// <summary>The names of the payloads that are blobs.</summary>
    public async Task<IReadOnlyList<string>> BlobsAsync()
    {
        List<string> names = [];
        await foreach (Azure.Storage.Blobs.Models.BlobItem blob in Payloads.GetBlobsAsync())
        {
            names.Add(blob.Name);
        }

        return names;
    }

    /// <summary>What all of them said.</summary>
    public string Said() => string.Concat(_parts.Select(part => $"\n{part.Name}:\n{part.Process.Error}"));

    public async ValueTask DisposeAsync()
    {
        foreach (OrchestratorProcess process in _parts.Select(part => part.Process).Concat(_dead))
        {
            process.Dispose();
        }

        _http.Dispose();
        await _azurite.DisposeAsync();
    }

    private static string Loopback() => $"127.0.0.1:{FreePort.Take()}";

    private string[] Hub(string address) =>
    [
        "hub", "--listen", address, "--postgres", $"postgres://postgres@127.0.0.1:{_cluster.Port}/{_database}?sslmode=disable", "--lease", "3", "--peer-silence", "3", "--json",
    ];

    private (string, string?)[] Environment() =>
    [
        ("PGPASSWORD", _cluster.Password),
        ("RunDatabase__Postgres", $"Host=127.0.0.1;Port={_cluster.Port};Database={_database};Username=postgres"),
        ("Payloads__Blobs__ConnectionVariable", "BLOBS"),
        ("BLOBS", _azurite.ConnectionString()),
    ];

    private OrchestratorProcess Start(string[] arguments) => OrchestratorProcess.Start(arguments, Environment());

    private async Task<Part> AddAsync(string name, string sign, string[] arguments)
    {
        var part = new Part(name, sign, arguments) { Process = Start(arguments) };
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
