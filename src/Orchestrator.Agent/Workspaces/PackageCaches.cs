using Orchestrator.Files;

namespace Orchestrator.Agent.Workspaces;

/// <summary>Where package managers keep what they have fetched: written by setups alone, so that no agent can plant anything there.</summary>
internal static class PackageCaches
{
    /// <param name="workspace">The workspace that gets them.</param>
    /// <param name="shared">The folder that workspaces share; null for one of its own.</param>
    public static void Place(Workspace workspace, string? shared)
    {
        string place = workspace.Caches!;
        if (shared is null)
        {
            DurableFile.CreateFolder(place);
            return;
        }

        // By a link from beside the workspace, which holds wherever the data folder lies.
        DurableFile.CreateFolder(shared);
        string parent = Path.GetDirectoryName(Path.GetDirectoryName(place)!)!;
        Directory.CreateSymbolicLink(place, Path.Combine("..", Path.GetRelativePath(parent, shared)));
    }

    /// <summary>Gives a workspace the caches that another has.</summary>
    public static void Share(Workspace from, Workspace to)
    {
        if (Directory.Exists(from.Caches))
        {
            string target = new DirectoryInfo(from.Caches).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? from.Caches;
            Place(to, target);
        }
    }
}
