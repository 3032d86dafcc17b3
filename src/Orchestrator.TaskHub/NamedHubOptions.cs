using System.ComponentModel.DataAnnotations;

namespace Orchestrator.TaskHub;

/// <summary>The task hubs that a server keeps beside its default one, each in a file of its own.</summary>
public sealed class NamedHubOptions
{
    /// <summary>Makes a hub that a caller names and that is not there; otherwise it must be created first.</summary>
    public bool CreateOnFirstUse { get; set; }

    /// <summary>How many there may be.</summary>
    [Range(0, 1000)]
    public int Most { get; set; } = 64;
}
