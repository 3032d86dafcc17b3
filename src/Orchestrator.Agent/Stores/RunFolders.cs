namespace Orchestrator.Agent.Stores;

/// <summary>How files of these folders hang together.</summary>
public static class RunFolders
{
    /// <summary>
    /// Others refer to it, and it refers to none: an object of git, a pack of snapshots. Who copies a folder that is written to meanwhile copies these last, and finds
    /// all that the others refer to.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="path">From there, with slashes.</param>
    public static bool IsReferredTo(this RunFolder folder, string path) => folder switch
    {
        RunFolder.Git => path.StartsWith("objects/", StringComparison.Ordinal),
        RunFolder.Snapshots => path.EndsWith(".zip", StringComparison.Ordinal),
        _ => false,
    };
}
