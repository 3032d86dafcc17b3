using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tests.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Storage;

namespace Orchestrator.Agent.Tests.Hosts;

/// <summary>A tool host with a folder of its own, that shares a data folder with others: the real stores and git, and copies for snapshots.</summary>
internal sealed class TakeoverRig : IAsyncDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);

    private readonly RunDatabase _database;
    private readonly ServiceProvider _services;
    private readonly FakeTimeProvider _clock;

    private TakeoverRig(RunDatabase database, FakeTimeProvider clock, DataFolder data, IRunFiles? files)
    {
        _database = database;
        _clock = clock;
        Data = data;
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(TimeProvider.System).AddStorage(database).AddAgent();
        services.AddSingleton<IWorkspaceSnapshots>(Snapshots).AddSingleton<ICommandRunner>(new HostCommands());
        if (files is not null)
        {
            services.AddSingleton(files);
        }

        services.Configure<HostOptions>(options => (options.RenewEvery, options.SilentFor, options.Lease) = (Lease / 4, Lease / 2, Lease));
        _services = services.BuildServiceProvider();
    }

    public DataFolder Data { get; }

    public CopiedSnapshots Snapshots { get; } = new();

    public IHostStore Hosts => _services.GetRequiredService<IHostStore>();

    public WorkspaceTakeover Takeover => _services.GetRequiredService<WorkspaceTakeover>();

    public WorkspaceLayout Layout => _services.GetRequiredService<WorkspaceLayout>();

    public ITaskStore Tasks => _services.GetRequiredService<ITaskStore>();

    public IForkStore Forks => _services.GetRequiredService<IForkStore>();

    private ToolHost Host => _services.GetRequiredService<ToolHost>();

    /// <param name="folder">Where all of them are.</param>
    /// <param name="host">What this one's folder is called.</param>
    /// <param name="clock">That of the run database.</param>
    /// <param name="apart">What carries the files of runs to others, where they share no data folder.</param>
    public static async Task<TakeoverRig> StartAsync(TemporaryFolder folder, string host, FakeTimeProvider clock, Func<DataFolder, IRunFiles>? apart = null)
    {
        var data = new DataFolder(folder.At("data")) { HostRoot = Directory.CreateDirectory(folder.At(host)).FullName, IsPrivate = apart is not null };
        var rig = new TakeoverRig(await RunDatabase.OpenAsync(data, clock, CancellationToken.None), clock, data, apart?.Invoke(data));
        await rig.RenewAsync();
        return rig;
    }

    /// <summary>Stores a run, which this host holds from then on.</summary>
    public async Task<AdmittedTask> AddRunAsync(GitFolder source, string run)
    {
        var admitted = new AdmittedTask
        {
            RunId = run,
            Task = new AgentTask
            {
                Name = "test",
                Objective = "Do it.",
                Workspace = new WorkspaceSource(source.Path, null),
                Success = [new SuccessCriterion("done", "true")],
            },
            BaseCommit = source.Git("rev-parse", "HEAD").Trim(),
            Model = "m",
            ModelReason = "asked for",
            Requester = "anna",
        };
        await Tasks.AddAsync(admitted, CancellationToken.None);
        await ClaimAsync(run);
        return admitted;
    }

    public Task<HeldWorkspace> ClaimAsync(string run) => Hosts.ClaimAsync(run, Host.Id, CancellationToken.None);

    /// <summary>Keeps what a run's files are before its first call.</summary>
    public async Task SetFirstSnapshotAsync(string run)
    {
        Snapshot first = await Snapshots.TakeAsync(WorkspaceTree.Of(Data, run), CancellationToken.None);
        await _services.GetRequiredService<IEffectJournal>().SetFirstSnapshotAsync(run, first.Id, CancellationToken.None);
    }

    /// <summary>Notes that a run's workspace was laid out to the end.</summary>
    public Task SetPreparedAsync(string run) => _services.GetRequiredService<ITranscriptStore>().AppendAsync(
        run, TranscriptKey.Opening, [TranscriptEntry.User(0, "Do it.")], new RunEvent(RunEventKind.Prepared, 0, "prepared"), CancellationToken.None);

    /// <summary>Records that a setup has made a file, which the commit doesn't have.</summary>
    public async Task SetUpAsync(AdmittedTask admitted, string file)
    {
        Workspace workspace = await Layout.LayOutAsync(admitted, origin: null, CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(workspace.Tree, file), "made\n");
        Snapshot made = await Snapshots.TakeAsync(workspace, CancellationToken.None);
        new SetupRecord(made.Id, admitted.BaseCommit, TimeSpan.Zero).Write(workspace);
    }

    /// <summary>Takes a run over from a host that is silent by now.</summary>
    public async Task<Tenure> TakeAsync(string run)
    {
        _clock.Advance(Lease);
        await RenewAsync();
        HeldWorkspace held = await ClaimAsync(run);
        Assert.Equal((Host.Id, false), (held.Host.Id, held.IsWhole));
        return new Tenure(run, held.Host.Id, held.Epoch);
    }

    public string? Read(string run, string file)
    {
        string path = Path.Combine(Data.WorkspaceOf(run), "tree", file);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    private Task<long> RenewAsync() => Hosts.RenewAsync(Host, Lease, CancellationToken.None);
}
