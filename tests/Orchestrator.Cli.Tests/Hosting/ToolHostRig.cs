using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>A hub, and tool hosts with short leases that share a data folder and nothing else.</summary>
internal sealed class ToolHostRig : IAsyncDisposable
{
    private const string Task = """
        name: ten lines
        objective: |
          Write the numbers from 1 to 10 into log.txt, a line each, so that `sort -n -u log.txt | cmp - log.txt` ends with 0.
        allowedPaths: ["log.txt"]
        workspace: { source: ./project }
        success:
          - { name: lines, run: "seq 10 | cmp - log.txt" }
        checkpoints: { final: auto }
        budget: { usd: 5 }
        model: { route: "scripted:script.yaml" }
        """;

    private readonly OrchestratorProcess _hub;
    private readonly string _address;
    private readonly Dictionary<string, OrchestratorProcess> _workers = [];
    private readonly List<OrchestratorProcess> _gone = [];
    private string _run = string.Empty;

    private ToolHostRig(ExampleFolder example, OrchestratorProcess hub, string address)
    {
        Example = example;
        _hub = hub;
        _address = address;
    }

    public ExampleFolder Example { get; }

    /// <param name="script">What the model says.</param>
    /// <param name="lease">Seconds after which a silent host is lost.</param>
    public static async Task<ToolHostRig> StartAsync(string script, int lease = 4)
    {
        ExampleFolder example = await ExampleFolder.CreateAsync(Task, script, ("README.md", "Lines are wanted.\n"), (".gitignore", "go-*\n"));
        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(
            Path.Combine(example.Data, "settings.json"), $$"""{ "Hosts": { "RenewEvery": "00:00:00.5", "SilentFor": "00:00:02", "Lease": "00:00:{{lease:00}}" } }""");
        OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--data", Path.Combine(example.Path, "hub"), "--peer-silence", "3"]);
        return new ToolHostRig(example, hub, await hub.HubAddressAsync());
    }

    public string FolderOf(string host) => Path.Combine(Example.Path, $"host-{host}");

    public string EffectOf(string host, int turn) => Path.Combine(FolderOf(host), "effects", _run, $"{turn:D6}-001-0");

    public Task<OrchestratorProcess> AddHostAsync(string name) => AddAsync(name, "--tools", "--host-folder", FolderOf(name));

    /// <summary>Kills a host's worker, which finds its folder as it was when it comes back.</summary>
    public Task<OrchestratorProcess> RestartHostAsync(string name)
    {
        _workers.Remove(name, out OrchestratorProcess? worker);
        worker!.Kill();
        _gone.Add(worker);
        return AddHostAsync(name);
    }

    public Task<OrchestratorProcess> AddWorkerAsync(string option) => AddAsync(option, option);

    public async Task<string> SubmitAsync()
    {
        using OrchestratorProcess submitted = await Example.VerbAsync("submit", Example.Task, "--json");
        Assert.True(submitted.ExitCode == 0, submitted.Error);
        return _run = submitted.Json.GetProperty("runId").GetString()!;
    }

    public OrchestratorProcess Watch(string run) => Example.Start("watch", run, "--json");

    /// <summary>Waits until a turn's command is under way.</summary>
    /// <returns>The host that it runs on.</returns>
    public async Task<string> RunsCommandAsync(int turn)
    {
        string? holder = null;
        await Eventually.IsTrueAsync(
            () => (holder = _workers.Keys.FirstOrDefault(host => File.Exists(Path.Combine(EffectOf(host, turn), "started.json")))) is not null,
            () => $"command of turn {turn}; {Said()}");
        return holder!;
    }

    /// <summary>Lets a command end that waits for that.</summary>
    public void LetGo(string host, int call) => File.WriteAllBytes(Path.Combine(FolderOf(host), "workspaces", _run, "tree", $"go-{call}"), []);

    public Task EndsCommandAsync(string host, int turn) =>
        Eventually.IsTrueAsync(() => File.Exists(Path.Combine(EffectOf(host, turn), "exit.json")), () => "end of the command");

    /// <summary>Ends a machine: worker, supervisors and their sandboxes at once, and the disk with them.</summary>
    public async Task LoseAsync(string host)
    {
        _workers[host].Kill();
        foreach (string started in Directory.EnumerateFiles(Path.Combine(FolderOf(host), "effects", _run), "started.json", SearchOption.AllDirectories))
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
        await Eventually.IsTrueAsync(() => TryDelete(FolderOf(host)), () => "end of the host's folder");
    }

    /// <summary>Waits until the lease of the run's host is over.</summary>
    public Task IsLostAsync(string run) => Eventually.IsTrueAsync(
        async () =>
        {
            using OrchestratorProcess shown = await Example.VerbAsync("show", run, "--json");
            return !shown.Json.GetProperty("run").GetProperty("host").GetProperty("isLive").GetBoolean();
        },
        () => "end of the host's lease");

    public static async Task SignalAsync(OrchestratorProcess process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async Task EndsAcceptedAsync(OrchestratorProcess watch)
    {
        await watch.WaitAsync();
        Assert.True(watch.Status() == "accepted", watch.LastLine + watch.Error + Said());
    }

    /// <summary>The lines of <c>log.txt</c>, as the run's patch has them.</summary>
    public async Task<string[]> LogOfPatchAsync()
    {
        using OrchestratorProcess patch = await Example.VerbAsync("patch", _run);
        return [.. patch.Output.Split('\n').Where(line => line.StartsWith('+') && !line.StartsWith("+++", StringComparison.Ordinal)).Select(line => line[1..])];
    }

    public ValueTask DisposeAsync()
    {
        foreach (OrchestratorProcess process in _workers.Values.Concat(_gone).Append(_hub))
        {
            process.Dispose();
        }

        Example.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<OrchestratorProcess> AddAsync(string name, params string[] options)
    {
        OrchestratorProcess worker = OrchestratorProcess.Start(
            ["worker", "--hub", _address, "--data", Example.Data, .. options], ("ORCHESTRATOR_Logging__Level", "Information"));
        _workers.Add(name, worker);
        await worker.SaysAsync("working for");
        return worker;
    }

    private string Said() => string.Concat(_workers.Select(worker => $"\n{worker.Key}:\n{worker.Value.Error}"));

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
