using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Files;

namespace Orchestrator.Agent.Tests.Hosts;

public sealed class WorkspaceTakeoverTests : IAsyncLifetime, IDisposable
{
    private const string Run = "r1";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private GitFolder _source = null!;
    private TakeoverRig _lost = null!;
    private TakeoverRig _new = null!;

    public async Task InitializeAsync()
    {
        _source = GitFolder.Create(_folder.At("source"), ("a.txt", "committed\n"));
        _lost = await TakeoverRig.StartAsync(_folder, "one", _clock);
        _new = await TakeoverRig.StartAsync(_folder, "two", _clock);
    }

    public async Task DisposeAsync()
    {
        await _lost.DisposeAsync();
        await _new.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LostBeforeTheFilesWereLaidOutToTheEnd_NothingStandsInTheWayOfLayingThemOutAnew()
    {
        AdmittedTask run = await _lost.AddRunAsync(_source, Run);
        await _lost.Layout.LayOutAsync(run, origin: null, CancellationToken.None);

        Tenure tenure = await _new.TakeAsync(Run);
        Assert.True(await _new.Takeover.TryRestoreAsync(tenure, CancellationToken.None));

        Assert.False(Directory.Exists(_new.Data.WorkspaceOf(Run)));
        Assert.True((await _new.Hosts.FindAsync(Run, CancellationToken.None))!.IsWhole);
    }

    [Fact]
    public async Task PreparedWithoutAnySnapshot_FilesAreThoseOfTheCommit()
    {
        AdmittedTask run = await _lost.AddRunAsync(_source, Run);
        await _lost.Layout.LayOutAsync(run, origin: null, CancellationToken.None);
        await _lost.SetPreparedAsync(Run);

        Assert.True(await _new.Takeover.TryRestoreAsync(await _new.TakeAsync(Run), CancellationToken.None));

        Assert.Equal("committed\n", _new.Read(Run, "a.txt"));
    }

    [Fact]
    public async Task PreparedWithASetupAndNoFirstSnapshot_FilesAreThoseThatTheSetupMade()
    {
        await _lost.SetUpAsync(await _lost.AddRunAsync(_source, Run), "dependency.txt");
        await _lost.SetPreparedAsync(Run);

        Assert.True(await _new.Takeover.TryRestoreAsync(await _new.TakeAsync(Run), CancellationToken.None));

        Assert.Equal("made\n", _new.Read(Run, "dependency.txt"));
    }

    [Fact]
    public async Task LostBetweenTheSetupAndThePreparation_WhoeverPreparesFindsWhatTheSetupMade()
    {
        AdmittedTask run = await _lost.AddRunAsync(_source, Run);
        await _lost.SetUpAsync(run, "dependency.txt");

        Assert.True(await _new.Takeover.TryRestoreAsync(await _new.TakeAsync(Run), CancellationToken.None));
        await _new.Layout.LayOutAsync(run, origin: null, CancellationToken.None);

        Assert.Equal("made\n", _new.Read(Run, "dependency.txt"));
    }

    /// <summary>Its calls and snapshots are rows before it has any of its origin's files.</summary>
    [Fact]
    public async Task ForkLostBeforeItHadItsFiles_BeginsAnew()
    {
        AdmittedTask origin = await _lost.AddRunAsync(_source, "origin");
        await _lost.Layout.LayOutAsync(origin, origin: null, CancellationToken.None);
        await _lost.SetFirstSnapshotAsync("origin");
        AdmittedTask fork = origin with { RunId = Run, Fork = new ForkOf("origin", 0) };
        await _lost.Forks.AddAsync(fork, "Go on.", SubmissionKey.Of(fork.Tenant, fork.Requester, key: null), CancellationToken.None);
        await _lost.ClaimAsync(Run);
        await Assert.ThrowsAsync<IOException>(() => WorkspaceTree.PrepareAsync(
            WorkspaceTree.Of(_lost.Data, Run), _source.Path, fork.BaseCommit, _ => throw new IOException("killed"), CancellationToken.None));

        Assert.NotNull((await _new.Hosts.FindRestorePointAsync(Run, CancellationToken.None)).Snapshot);
        Assert.True(await _new.Takeover.TryRestoreAsync(await _new.TakeAsync(Run), CancellationToken.None));

        Assert.False(Directory.Exists(_new.Data.WorkspaceOf(Run)));
    }

    [Fact]
    public async Task OneRunIsBeingRestored_ItWaitsAndOthersDoNot()
    {
        await _lost.AddRunAsync(_source, Run);
        await _lost.AddRunAsync(_source, "r2");
        Tenure first = await _new.TakeAsync(Run);
        HeldWorkspace other = await _new.ClaimAsync("r2");
        string locks = Directory.CreateDirectory(Path.Combine(_new.Data.HostRoot, "takeovers")).FullName;
        using IDisposable? held = await LockFile.TakeAsync(Path.Combine(locks, $"{Run}.lock"), TimeSpan.Zero, TimeProvider.System, CancellationToken.None);

        Assert.True(await _new.Takeover.TryRestoreAsync(new Tenure("r2", other.Host.Id, other.Epoch), CancellationToken.None));
        Assert.False(await _new.Takeover.TryRestoreAsync(first, CancellationToken.None));

        held!.Dispose();
        Assert.True(await _new.Takeover.TryRestoreAsync(first, CancellationToken.None));
    }
}
