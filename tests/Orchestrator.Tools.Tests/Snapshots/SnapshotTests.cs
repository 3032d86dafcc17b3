using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.Snapshots;

namespace Orchestrator.Tools.Tests.Snapshots;

public sealed class SnapshotTests : IDisposable
{
    private readonly ToolRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task What_did_not_change_is_not_stored_again()
    {
        Write("a.txt", 5_000);
        Write("folder/b.txt", 5_000);
        Snapshot first = await TakeAsync();
        Assert.InRange(first.StoredBytes, 10_000, 11_000);

        Snapshot same = await TakeAsync();
        Assert.Equal(first.Id, same.Id);
        Assert.Equal(0, same.StoredBytes);

        Write("folder/b.txt", 6_000);
        Snapshot second = await TakeAsync();
        Assert.NotEqual(first.Id, second.Id);
        Assert.InRange(second.StoredBytes, 6_000, 7_000);
        Assert.Equal(2, Packs().Length);
    }

    [Fact]
    public async Task Many_small_snapshots_lie_in_few_packs_and_each_comes_back()
    {
        const int snapshots = (2 * PackMerge.MostSmall) + 10;
        var taken = new List<Snapshot>();
        for (int number = 1; number <= snapshots; number++)
        {
            Write("a.txt", number);
            taken.Add(await TakeAsync());
        }

        Assert.InRange(Packs().Length, 1, PackMerge.MostSmall);
        foreach (int number in (int[])[1, PackMerge.MostSmall, PackMerge.MostSmall + 1, snapshots])
        {
            await _rig.Snapshots.RestoreAsync(_rig.Workspace, taken[number - 1].Id, _rig.Workspace, CancellationToken.None);
            Assert.Equal(number, new FileInfo(_rig.FileInTree("a.txt")).Length);
        }
    }

    [Fact]
    public async Task A_damaged_pack_is_not_merged_away_and_stops_nothing()
    {
        Write("a.txt", 5_000);
        await TakeAsync();
        string damaged = Packs().Single();
        byte[] bytes = await File.ReadAllBytesAsync(damaged, CancellationToken.None);
        bytes[bytes.Length / 3] ^= 0x55;
        await File.WriteAllBytesAsync(damaged, bytes, CancellationToken.None);

        for (int number = 1; number <= PackMerge.MostSmall + 2; number++)
        {
            Write("b.txt", number);
            Assert.NotNull(await TakeAsync());
        }

        Assert.Contains(damaged, Packs());
    }

    [Fact]
    public async Task Without_the_short_cut_nothing_is_stored_twice()
    {
        Write("a.txt", 5_000);
        Snapshot first = await TakeAsync();
        File.Delete(Path.Combine(Path.GetDirectoryName(_rig.Workspace.Tree)!, "snapshots.cache"));
        Snapshot again = await TakeAsync();
        Assert.Equal((first.Id, 0), (again.Id, again.StoredBytes));

        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(_rig.Workspace.Tree)!, "snapshots.cache"), "no cache", CancellationToken.None);
        Snapshot third = await TakeAsync();
        Assert.Equal((first.Id, 0), (third.Id, third.StoredBytes));
    }

    [Fact]
    public async Task A_link_is_kept_as_a_link_and_never_followed()
    {
        string secret = Path.Combine(_rig.Root, "secret");
        await File.WriteAllTextAsync(secret, new string('s', 100_000), CancellationToken.None);
        File.CreateSymbolicLink(_rig.FileInTree("link"), secret);
        Directory.CreateSymbolicLink(_rig.FileInTree("folder"), _rig.Root);
        Snapshot snapshot = await TakeAsync();
        Assert.InRange(snapshot.StoredBytes, 1, 2_000);

        // A restore over a link to a folder doesn't write, or delete, behind it.
        File.Delete(_rig.FileInTree("folder"));
        Directory.CreateDirectory(_rig.FileInTree("folder"));
        Write("folder/a.txt", 10);
        Snapshot with = await TakeAsync();
        Directory.Delete(_rig.FileInTree("folder"), recursive: true);
        Directory.CreateSymbolicLink(_rig.FileInTree("folder"), _rig.Root);
        await RestoreAsync(with.Id);
        Assert.False(File.Exists(Path.Combine(_rig.Root, "a.txt")));
        Assert.True(File.Exists(secret));
        Assert.Equal(10, new FileInfo(_rig.FileInTree("folder/a.txt")).Length);
    }

    [Fact]
    public async Task Pipes_and_sockets_are_named_and_left_out()
    {
        Write("a.txt", 10);
        await TreeFingerprint.ShellAsync("mkfifo -- \"$1/pipe\"", _rig.Workspace.Tree);
        Snapshot snapshot = await TakeAsync();
        Assert.Equal(["Tree/pipe"], snapshot.LeftOut);
        await RestoreAsync(snapshot.Id);
        Assert.False(File.Exists(_rig.FileInTree("pipe")));
    }

    [Fact]
    public async Task What_its_owner_may_not_read_is_kept_with_its_permissions()
    {
        Write("locked/a.txt", 10);
        string folder = _rig.FileInTree("locked");
        File.SetUnixFileMode(Path.Combine(folder, "a.txt"), UnixFileMode.None);
        File.SetUnixFileMode(folder, UnixFileMode.None);
        Snapshot snapshot = await TakeAsync();
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(folder));

        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(folder, recursive: true);
        await RestoreAsync(snapshot.Id);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(folder));
        Assert.Equal(snapshot.Id, (await TakeAsync()).Id);
    }

    [Fact]
    public async Task A_damaged_pack_is_said_to_be_damaged()
    {
        Write("a.txt", 50_000);
        Snapshot snapshot = await TakeAsync();
        File.Delete(_rig.FileInTree("a.txt"));
        string pack = Packs().Single();
        byte[] bytes = await File.ReadAllBytesAsync(pack, CancellationToken.None);
        bytes[bytes.Length / 2] ^= 0x40;
        await File.WriteAllBytesAsync(pack, bytes, CancellationToken.None);
        await Assert.ThrowsAsync<SnapshotException>(() => RestoreAsync(snapshot.Id));

        File.Delete(pack);
        SnapshotException gone = await Assert.ThrowsAsync<SnapshotException>(() => RestoreAsync(snapshot.Id));
        Assert.Contains(snapshot.Id, gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_one_left_is_in_nobodys_way()
    {
        Write("a.txt", 50_000);
        await File.WriteAllTextAsync(Path.Combine(_rig.Workspace.Snapshots, "x.building"), "half a pack", CancellationToken.None);
        Snapshot snapshot = await TakeAsync();
        Assert.Empty(Directory.GetFiles(_rig.Workspace.Snapshots, "*.building"));
        File.Delete(_rig.FileInTree("a.txt"));
        await RestoreAsync(snapshot.Id);
        Assert.Equal(50_000, new FileInfo(_rig.FileInTree("a.txt")).Length);
    }

    [Fact]
    public async Task What_a_killed_one_left_of_its_short_cut_is_written_over()
    {
        Write("a.txt", 50_000);
        string cache = Path.Combine(Path.GetDirectoryName(_rig.Workspace.Tree)!, "snapshots.cache");
        await File.WriteAllTextAsync(cache + ".building", "half a cache", CancellationToken.None);

        Snapshot snapshot = await TakeAsync();

        Assert.False(File.Exists(cache + ".building"));
        Snapshot again = await TakeAsync();
        Assert.Equal((snapshot.Id, 0), (again.Id, again.StoredBytes));
    }

    [Fact]
    public async Task A_short_cut_that_cannot_be_written_costs_no_snapshot()
    {
        Write("a.txt", 50_000);
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_rig.Workspace.Tree)!, "snapshots.cache.building"));

        Snapshot snapshot = await TakeAsync();
        Write("a.txt", 60_000);
        Assert.NotEqual(snapshot.Id, (await TakeAsync()).Id);
        await RestoreAsync(snapshot.Id);

        Assert.Equal(50_000, new FileInfo(_rig.FileInTree("a.txt")).Length);
    }

    /// <summary>In one step of a shell it costs the agent seconds; it must not cost the worker its stack.</summary>
    [Fact]
    public async Task Folders_without_end_are_a_failure_and_not_the_end_of_the_process()
    {
        Write("a.txt", 10);
        Snapshot snapshot = await TakeAsync();
        await TreeFingerprint.ShellAsync(
            "cd -- \"$1\" && python3 -c 'import os\nfor _ in range(100000): os.mkdir(\"d\"); os.chdir(\"d\")'", _rig.Workspace.Tree);

        await Assert.ThrowsAsync<SnapshotException>(() => TakeAsync());
        await Assert.ThrowsAsync<SnapshotException>(() => RestoreAsync(snapshot.Id));
        SnapshotException failure = await Assert.ThrowsAsync<SnapshotException>(
            () => _rig.Snapshots.PutBackAsync(_rig.Workspace, snapshot.Id, ["d"], CancellationToken.None));

        Assert.Contains("nested more than", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_the_limits_there_is_none_and_it_says_why()
    {
        using var small = new ToolRig(("Tools:Snapshots:MostFiles", "3"), ("Tools:Snapshots:MostBytes", "100000"));
        for (int file = 0; file < 4; file++)
        {
            await File.WriteAllTextAsync(small.FileInTree($"{file}"), "x", CancellationToken.None);
        }

        SnapshotException tooMany = await Assert.ThrowsAsync<SnapshotException>(() => small.Snapshots.TakeAsync(small.Workspace, CancellationToken.None));
        Assert.Contains("more than 3 files", tooMany.Message, StringComparison.Ordinal);
        File.Delete(small.FileInTree("3"));
        await File.WriteAllBytesAsync(small.FileInTree("2"), new byte[200_000], CancellationToken.None);
        await Assert.ThrowsAsync<SnapshotException>(() => small.Snapshots.TakeAsync(small.Workspace, CancellationToken.None));
        Assert.DoesNotContain(Directory.EnumerateFiles(small.Workspace.Snapshots), file => file.EndsWith(".building", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_at_a_time_take_turns()
    {
        Write("a.txt", 50_000);
        Snapshot[] both = await Task.WhenAll(TakeAsync(), TakeAsync(), TakeAsync());
        Assert.Single(both.Select(snapshot => snapshot.Id).Distinct());
        Assert.Single(Packs());
    }

    private string[] Packs() => Directory.GetFiles(_rig.Workspace.Snapshots, "*.zip");

    private void Write(string name, int length)
    {
        string path = _rig.FileInTree(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        byte[] content = new byte[length];
        Random.Shared.NextBytes(content);
        File.WriteAllBytes(path, content);
    }

    private Task<Snapshot> TakeAsync() => _rig.Snapshots.TakeAsync(_rig.Workspace, CancellationToken.None);

    private Task RestoreAsync(string id) => _rig.Snapshots.RestoreAsync(_rig.Workspace, id, _rig.Workspace, CancellationToken.None);
}
