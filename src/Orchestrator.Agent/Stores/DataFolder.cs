namespace Orchestrator.Agent.Stores;

/// <summary>The folder that holds everything a deployment on one machine knows.</summary>
/// <param name="Root">Absolute path.</param>
public sealed record DataFolder(string Root)
{
    /// <summary>Where the tool host of this process keeps the files and commands of the runs that it holds; the data folder itself unless said otherwise.</summary>
    public string HostRoot { get; init; } = Root;

    /// <summary>Other machines don't share it: what they need of a run is kept elsewhere as well (<see cref="IRunFiles"/>), and here it goes with the tool host.</summary>
    public bool IsPrivate { get; init; }

    public string HubDatabase => Path.Combine(Root, "hub.db");

    /// <summary>What the folder is told from others by, where the run database is somewhere else.</summary>
    public string Id => Path.Combine(Root, "data.id");

    public string RunDatabase => Path.Combine(Root, "run.db");

    public string Payloads => Path.Combine(Root, "payloads");

    /// <summary>Shared by those who keep payloads there; held alone by who deletes one.</summary>
    public string PayloadsLock => Path.Combine(Root, "payloads.lock");

    /// <summary>Shared by those who read a run as a whole; held alone by who removes what is left of one.</summary>
    public string PurgeLock => Path.Combine(Root, "purge.lock");

    /// <summary>Held by the process that runs the hub.</summary>
    public string OwnerLock => Path.Combine(Root, "owner.lock");

    /// <summary>Shared by the workers of a hub that runs elsewhere; held alone by a process that brings its own hub.</summary>
    public string WorkersLock => Path.Combine(Root, "workers.lock");

    public string Settings => Path.Combine(Root, "settings.json");

    /// <summary>Further endpoints of models, as this deployment declares them.</summary>
    public string Providers => Path.Combine(Root, "providers.yaml");

    /// <summary>Which models work on which tasks, as this deployment has it.</summary>
    public string Routing => Path.Combine(Root, "routing.yaml");

    /// <summary>What calls may do and who decides about them, as this deployment has it.</summary>
    public string Policies => Path.Combine(Root, "policies.yaml");

    /// <summary>Who is there to decide.</summary>
    public string People => Path.Combine(Root, "people.yaml");

    /// <summary>Package caches that the setups of all runs share.</summary>
    public string Caches => Path.Combine(Root, "caches");

    /// <summary>What only the host of a run needs: the files that the agent works on.</summary>
    public string WorkspaceOf(string run) => Path.Combine(HostRoot, "workspaces", run);

    /// <summary>What only the host of a run needs: its commands.</summary>
    public string EffectsOf(string run) => Path.Combine(HostRoot, "effects", run);

    /// <summary>The trusted git folder of a run, which whoever takes over needs as well.</summary>
    public string GitOf(string run) => IsOfOneFolder(run) ? Path.Combine(Root, "workspaces", run, "git") : Path.Combine(FilesRoot, "workspaces", $"{run}.git");

    /// <summary>What a run's files were behind its calls, which whoever takes over needs as well.</summary>
    public string SnapshotsOf(string run) =>
        IsOfOneFolder(run) ? Path.Combine(Root, "workspaces", run, "snapshots") : Path.Combine(FilesRoot, "workspaces", $"{run}.snapshots");

    /// <summary>Patch and report of a run.</summary>
    public string ResultsOf(string run) => Path.Combine(FilesRoot, "results", run);

    /// <summary>The patch of a run that ended, or the one that it asks about.</summary>
    public string PatchOf(string run) => Path.Combine(ResultsOf(run), "changes.patch");

    /// <summary>The report of a run that ended.</summary>
    public string ReportOf(string run) => Path.Combine(ResultsOf(run), "report.md");

    public string FolderOf(string run, RunFolder folder) => folder switch
    {
        RunFolder.Git => GitOf(run),
        RunFolder.Snapshots => SnapshotsOf(run),
        RunFolder.Results => ResultsOf(run),
        _ => throw new ArgumentOutOfRangeException(nameof(folder), folder, null),
    };

    private string FilesRoot => IsPrivate ? HostRoot : Root;

    /// <summary>Runs from before there were tool hosts have everything in one folder.</summary>
    private bool IsOfOneFolder(string run) => Directory.Exists(Path.Combine(Root, "workspaces", run, "git"));
}
