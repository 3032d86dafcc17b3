namespace Orchestrator.Agent.Workspaces;

/// <summary>The folders of one run's workspace on this machine. Only <see cref="Tree"/> and <see cref="Shell"/> are visible in the sandbox.</summary>
public sealed record Workspace
{
    /// <summary>The files the agent works on; <c>/workspace</c> inside the sandbox.</summary>
    public required string Tree { get; init; }

    /// <summary>Where the shell keeps its working directory and exported variables between calls; writable inside the sandbox.</summary>
    public required string Shell { get; init; }

    /// <summary>The trusted git folder, on which alone the host runs git; never visible inside the sandbox.</summary>
    public required string Git { get; init; }

    /// <summary>What the files were behind earlier calls (<see cref="IWorkspaceSnapshots"/>); never visible inside the sandbox.</summary>
    public required string Snapshots { get; init; }

    /// <summary>
    /// Package caches, if the folder is there: writable for the commands that set the workspace up, read-only for all others; null where there
    /// can be none.
    /// </summary>
    public string? Caches { get; init; }
}
