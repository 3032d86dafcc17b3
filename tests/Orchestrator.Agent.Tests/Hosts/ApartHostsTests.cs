using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Hosts;

/// <summary>Hosts that share no data folder: each fetches what it needs of a run that another has, before it needs it.</summary>
public sealed class ApartHostsTests : IAsyncLifetime, IDisposable
{
    private const string Origin = "r1";
    private const string Other = "r2";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private GitFolder _source = null!;
    private TakeoverRig _one = null!;
    private TakeoverRig _two = null!;

    public async Task InitializeAsync()
    {
        _source = GitFolder.Create(_folder.At("source"), ("a.txt", "committed\n"));
        _one = await StartAsync("one");
        _two = await StartAsync("two");
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunOfALostHost_IsRestoredFromWhatThatKept()
    {
        AdmittedTask run = await BeginAsync();
        await _one.SetPreparedAsync(Origin);
        Directory.Delete(_one.Data.HostRoot, recursive: true);
        Directory.Delete(_source.Path, recursive: true);

        Assert.True(await _two.Takeover.TryRestoreAsync(await _two.TakeAsync(run.RunId), CancellationToken.None));

        Assert.Equal(("committed\n", "made\n"), (_two.Read(Origin, "a.txt"), _two.Read(Origin, "dependency.txt")));
    }

    [Fact]
    public async Task ForkOfAnotherHostsRun_HasItsFilesAndItsSetup()
    {
        AdmittedTask fork = await BeginAsync() with { RunId = Other, Fork = new ForkOf(Origin, 0) };

        await _two.Layout.LayOutAsync(fork, origin: null, CancellationToken.None);

        Assert.Equal(("committed\n", "made\n"), (_two.Read(Other, "a.txt"), _two.Read(Other, "dependency.txt")));
        Assert.StartsWith(_two.Data.HostRoot, _two.Data.GitOf(Other), StringComparison.Ordinal);
    }

    /// <summary>Where its run has its git folder, on the host that began it, is nothing to another.</summary>
    [Fact]
    public async Task SubAgentOfAnotherHostsRun_HasItsCommitAndItsSetup()
    {
        AdmittedTask parent = await BeginAsync();
        AdmittedTask agent = parent with
        {
            RunId = Other,
            Parent = new SubAgentOf(Origin, 1, "000001-001-0"),
            Task = parent.Task with { Workspace = new WorkspaceSource(_one.Data.GitOf(Origin), parent.BaseCommit) },
        };
        Directory.Delete(_one.Data.HostRoot, recursive: true);

        await _two.Layout.LayOutAsync(agent, origin: null, CancellationToken.None);

        Assert.Equal(("committed\n", "made\n"), (_two.Read(Other, "a.txt"), _two.Read(Other, "dependency.txt")));
    }

    private Task<TakeoverRig> StartAsync(string host) =>
        TakeoverRig.StartAsync(_folder, host, _clock, data => new CarriedFiles(data, _folder.At("container")));

    /// <summary>A run of the first host, with a setup, which keeps what others need of it.</summary>
    private async Task<AdmittedTask> BeginAsync()
    {
        AdmittedTask run = await _one.AddRunAsync(_source, Origin);
        await _one.SetUpAsync(run, "dependency.txt");
        await new CarriedFiles(_one.Data, _folder.At("container")).KeepAsync(Origin, CancellationToken.None);
        return run;
    }
}
