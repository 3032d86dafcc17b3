using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Workspaces;

/// <summary>An empty workspace for commands of ours that look at what the sandbox offers; deleted at the end.</summary>
public sealed class ScratchWorkspace : IDisposable
{
    private readonly string _folder;

    private ScratchWorkspace(string folder)
    {
        _folder = folder;
        Workspace = WorkspaceTree.At(folder);
        Directory.CreateDirectory(Workspace.Tree);
        Directory.CreateDirectory(Workspace.Shell);
    }

    public Workspace Workspace { get; }

    public static ScratchWorkspace Create(DataFolder data) => new(Path.Combine(data.Root, "scratch", Guid.NewGuid().ToString("N")));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
