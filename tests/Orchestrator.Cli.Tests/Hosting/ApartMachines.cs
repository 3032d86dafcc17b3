using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Storage.Blobs;
using Orchestrator.Testing.Azurite;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>Tool hosts and a server, each with a data folder of its own, that share run database, hub and container and nothing else.</summary>
internal sealed class ApartMachines : IAsyncDisposable
{
    private readonly ExampleFolder _example;
    private readonly AzuriteServer _azurite;
    private readonly (string Name, string? Value)[] _environment;
    private readonly Dictionary<string, OrchestratorProcess> _workers = [];
    private readonly List<OrchestratorProcess> _others = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private string _hub = string.Empty;

    private ApartMachines(ExampleFolder example, AzuriteServer azurite, PostgresCluster cluster, string database)
    {
        _example = example;
        _azurite = azurite;
        _environment =
        [
            ("PGPASSWORD", cluster.Password),
            ("RunDatabase__Postgres", $"Host=127.0.0.1;Port={cluster.Port};Database={database};Username=postgres"),
            ("Payloads__Blobs__ConnectionVariable", "BLOBS"),
            ("Payloads__Blobs__RunFiles", "true"),
            ("BLOBS", azurite.ConnectionString()),
            ("Hosts__RenewEvery", "00:00:00.5"),
            ("Hosts__SilentFor", "00:00:02"),
            ("Hosts__Lease", "00:00:04"),
            ("ORCHESTRATOR_Logging__Level", "Information"),
        ];
    }

    public static async Task<ApartMachines> StartAsync(ExampleFolder example)
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        var machines = new ApartMachines(example, await AzuriteServer.StartAsync(), cluster, await cluster.CreateDatabaseAsync());
        await machines.Container.CreateAsync();
        OrchestratorProcess hub = machines.Add(OrchestratorProcess.Start(
            ["hub", "--listen", "127.0.0.1:0", "--data", Path.Combine(example.Path, "hub"), "--peer-silence", "3"]));
        machines._hub = await hub.HubAddressAsync();
        return machines;
    }

    public string DataOf(string machine) => Path.Combine(_example.Path, $"data-{machine}");

    public async Task AddHostAsync(string machine)
    {
        OrchestratorProcess worker = OrchestratorProcess.Start(["worker", "--hub", _hub, "--tools", "--data", DataOf(machine)], _environment);
        _workers.Add(machine, worker);
        await worker.SaysAsync("working for");
    }

    /// <summary>Adds the server that is asked from then on.</summary>
    public async Task AddServerAsync(string machine)
    {
        OrchestratorProcess server = Add(OrchestratorProcess.Start(
            ["serve", "--hub", _hub, "--urls", "http://127.0.0.1:0", "--data", DataOf(machine), "--json"], _environment));
        await server.SaysAsync("hub answers at");
        _http.BaseAddress = new Uri($"{server.Json.GetProperty("addresses")[0].GetString()}/api/v1/");
        string token = await File.ReadAllTextAsync(server.Json.GetProperty("tokenFile").GetString()!);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
    }

    public Task<string> GetAsync(string path) => _http.GetStringAsync(path);

    /// <summary>Runs a verb to its end, with the data folder of a machine.</summary>
    public Task<OrchestratorProcess> VerbAsync(string machine, params string[] arguments) =>
        OrchestratorProcess.RunAsync([.. arguments, "--data", DataOf(machine)], _environment);

    public OrchestratorProcess Watch(string machine, string run) =>
        Add(OrchestratorProcess.Start(["watch", run, "--json", "--data", DataOf(machine)], _environment));

    /// <summary>Waits until a command of the run has made a file.</summary>
    /// <returns>The machine that it runs on.</returns>
    public async Task<string> MakesFileAsync(string run, string file)
    {
        string? holder = null;
        await Eventually.IsTrueAsync(
            () => (holder = _workers.Keys.FirstOrDefault(machine => File.Exists(Path.Combine(DataOf(machine), "workspaces", run, "tree", file)))) is not null,
            () => $"{file}:{Said()}");
        return holder!;
    }

    /// <summary>Ends a machine: its worker and its commands at once, and its disk with them.</summary>
    public async Task LoseAsync(string machine, string run)
    {
        _workers[machine].Kill();
        foreach (string started in Directory.EnumerateFiles(EffectsOf(machine, run), "started.json", SearchOption.AllDirectories))
        {
            using JsonDocument start = JsonDocument.Parse(await File.ReadAllBytesAsync(started));
            if (!File.Exists(Path.Combine(Path.GetDirectoryName(started)!, "exit.json")))
            {
                using Process supervisor = Process.GetProcessById(start.RootElement.GetProperty("supervisorId").GetInt32());
                supervisor.Kill();
                await supervisor.WaitForExitAsync();
            }
        }

        // The sandbox dies with its supervisor, in a moment of its own.
        await Eventually.IsTrueAsync(() => TryDelete(DataOf(machine)), () => "end of the machine's folder");
    }

    /// <summary>What all of them said.</summary>
    public string Said() => string.Concat(_workers.Select(worker => $"\n{worker.Key}:\n{worker.Value.Error}"));

    public async ValueTask DisposeAsync()
    {
        foreach (OrchestratorProcess process in _others.Concat(_workers.Values))
        {
            process.Dispose();
        }

        _http.Dispose();
        await _azurite.DisposeAsync();
    }

    private BlobContainerClient Container => new(_azurite.ConnectionString(), "payloads");

    private string EffectsOf(string machine, string run) => Path.Combine(DataOf(machine), "effects", run);

    private OrchestratorProcess Add(OrchestratorProcess process)
    {
        _others.Add(process);
        return process;
    }

    private static bool TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
