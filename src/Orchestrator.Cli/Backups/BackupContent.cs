using Orchestrator.Agent.Stores;

namespace Orchestrator.Cli.Backups;

/// <summary>
/// What of a data folder a backup has. Commands and the files that they work on are of a moment that nobody can hold still: they are restored from
/// snapshots, as where a tool host was lost. Locks, sockets and what is half made mean nothing to another time.
/// </summary>
internal static class BackupContent
{
    public const string HubDatabase = "hub.db";
    public const string RunDatabase = "run.db";

    /// <summary>The run database where it is on PostgreSQL, as <c>pg_restore</c> reads it.</summary>
    public const string RunDump = "runs.dump";

    /// <summary>Package caches: setups write them while we look, and fill them again where something is missing.</summary>
    public const string Caches = "caches";

    private const string Git = ".git";
    private const string Snapshots = ".snapshots";

    /// <summary>The hubs beside the product's own.</summary>
    public const string NamedHubs = "task-hubs";

    private static readonly string[] OfThisMoment = ["effects", "scratch", "takeovers", "host-id", Caches, NamedHubs, RunDump, BackupRecord.Name, HashList.Name];
    private static readonly string[] OfProcesses = [".lock", ".sock", ".building", "-wal", "-shm", "-journal"];
    private static readonly string[] OfWorkspaces = [Git, Snapshots];

    /// <summary>What brings the runs back to PostgreSQL, all or nothing.</summary>
    public static string LoadOf(string folder) => $"pg_restore --single-transaction --clean --if-exists --no-owner --dbname=DATABASE {Path.Combine(folder, RunDump)}";

    /// <param name="path">From the data folder, with slashes; a folder or a file.</param>
    /// <param name="isFolder">Which of them.</param>
    public static bool Has(string path, bool isFolder)
    {
        string[] parts = path.Split('/');
        return parts switch
        {
            [var name] => !OfThisMoment.Contains(name) && !IsOfProcesses(name) && (isFolder || Path.GetExtension(name) != ".db"),
            ["workspaces", var run] => isFolder && run.Split('.') is [_, _] && OfWorkspaces.Contains(Path.GetExtension(run)),
            ["workspaces", _, .., var name] => name != "lock" && !IsOfProcesses(name),
            _ => true,
        };
    }

    /// <inheritdoc cref="RunFolders.IsReferredTo"/>
    public static bool IsReferredTo(string path) => path.Split('/', 3) switch
    {
        ["workspaces", var run, var rest] when Path.GetExtension(run) == Git => RunFolder.Git.IsReferredTo(rest),
        ["workspaces", var run, var rest] when Path.GetExtension(run) == Snapshots => RunFolder.Snapshots.IsReferredTo(rest),
        _ => false,
    };

    private static bool IsOfProcesses(string name) => OfProcesses.Any(end => name.EndsWith(end, StringComparison.Ordinal));
}
