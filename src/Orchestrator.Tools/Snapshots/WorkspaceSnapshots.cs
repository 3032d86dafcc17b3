using Microsoft.Extensions.Options;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Files;

namespace Orchestrator.Tools.Snapshots;

/// <summary>Snapshots of workspaces in packs beside them.</summary>
internal sealed class WorkspaceSnapshots(IOptions<SnapshotOptions> options, TimeProvider time) : IWorkspaceSnapshots
{
    /// <summary>Beside the files that it knows, which others don't share.</summary>
    private const string Cache = "snapshots.cache";
    private const int NanosecondsPerTick = 100;

    public Task<Snapshot> TakeAsync(Workspace workspace, CancellationToken cancellationToken) =>
        AloneAsync(workspace, () => Take(workspace), cancellationToken);

    public async Task RestoreAsync(Workspace from, string id, Workspace to, CancellationToken cancellationToken)
    {
        _ = await AloneAsync(to, () => Restore(from, id, to), cancellationToken);
    }

    public async Task PutBackAsync(Workspace workspace, string id, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        _ = await AloneAsync(workspace, () => PutBack(workspace, id, paths), cancellationToken);
    }

    private static int PutBack(Workspace workspace, string id, IReadOnlyList<string> paths)
    {
        using PackReader objects = PackReader.Open(workspace.Snapshots);
        var restore = new TreeRestore(objects);
        string tree = FolderManifest.Read(objects.Read(id)).Single(root => root.Name == nameof(workspace.Tree)).Id;
        using OpenFolder folder = OpenFolder.Root(workspace.Tree);
        foreach (string path in paths)
        {
            restore.RestorePath(folder, tree, Posix.Held(path).Split('/', StringSplitOptions.RemoveEmptyEntries));
        }

        return paths.Count;
    }

    private Snapshot Take(Workspace workspace)
    {
        foreach (string left in Directory.EnumerateFiles(workspace.Snapshots, "*" + PackWriter.Building))
        {
            File.Delete(left);
        }

        string cachePath = Path.Combine(Path.GetDirectoryName(workspace.Tree)!, Cache);
        StatCache? cache = StatCache.Read(cachePath);
        using var writer = new PackWriter(workspace.Snapshots, cache is null ? Stored(workspace) : [.. cache.Ids]);
        var scan = new TreeScan(cache ?? new StatCache(), writer, options.Value, Now());
        string id = Scan(scan, workspace);
        writer.Commit(id);
        PackMerge.MergeIfDue(workspace.Snapshots);

        // Behind the pack: what the cache knows must be stored.
        scan.Seen.TryWrite(cachePath);
        return new Snapshot(id, scan.LeftOut, writer.Added);
    }

    private string Restore(Workspace from, string id, Workspace to)
    {
        using PackReader objects = PackReader.Open(from.Snapshots);
        var restore = new TreeRestore(objects);
        foreach (ManifestEntry root in FolderManifest.Read(objects.Read(id)))
        {
            using OpenFolder folder = OpenFolder.Root(PathOf(to, root.Name));
            restore.Restore(folder, root.Id);
            folder.SetMode(root.Mode);
        }

        string restored = Scan(new TreeScan(new StatCache(), null, options.Value, Now()), to);
        return restored == id ? id : throw new SnapshotException($"Snapshot {id} was restored, but the files are not what they were: something else writes there.");
    }

    /// <returns>The id of the manifest that holds both folders.</returns>
    private static string Scan(TreeScan scan, Workspace workspace)
    {
        var roots = new List<ManifestEntry>();
        foreach (string name in (string[])[nameof(workspace.Shell), nameof(workspace.Tree)])
        {
            using OpenFolder folder = OpenFolder.Root(PathOf(workspace, name));
            int mode = folder.Find(".")!.Value.Mode;
            roots.Add(new ManifestEntry(FileKind.Folder, mode, 0, scan.Scan(folder, name), name));
        }

        string id = scan.Keep(FolderManifest.Write(roots));
        scan.Seen.AddFolder(string.Empty, id);
        return id;
    }

    private static string PathOf(Workspace workspace, string root) => root == nameof(workspace.Tree) ? workspace.Tree : workspace.Shell;

    private static HashSet<string> Stored(Workspace workspace)
    {
        using PackReader packs = PackReader.Open(workspace.Snapshots);
        return [.. packs.Ids];
    }

    private long Now() => (time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * NanosecondsPerTick;

    /// <summary>Two workers may follow the same call: one after the other.</summary>
    private async Task<T> AloneAsync<T>(Workspace workspace, Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            DurableFile.CreateFolder(workspace.Snapshots);
            using IDisposable held = await LockFile.TakeAsync(Path.Combine(workspace.Snapshots, "lock"), options.Value.LockWait, time, cancellationToken)
                ?? throw new SnapshotException($"Another snapshot of the workspace has been under way for {options.Value.LockWait}.");
            return await Task.Run(work, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new SnapshotException(failure.Message, failure);
        }
    }
}
