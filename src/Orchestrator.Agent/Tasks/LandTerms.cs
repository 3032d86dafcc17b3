using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Tasks;

/// <summary>Where verified changes go when the run is accepted; the patch is written in any case.</summary>
public sealed record LandTerms
{
    public LandKind Kind { get; init; }

    /// <summary>A remote of the source repository by its name, an address, or a folder.</summary>
    public string Remote { get; init; } = "origin";

    /// <summary>The branch that is pushed; null for one that is called by the run's id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Branch { get; init; }

    /// <summary>The branch that it is meant for; null for that which the remote has checked out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Base { get; init; }

    /// <summary>The branch of a run that says nothing of its own.</summary>
    public string BranchOf(string run) => Branch ?? $"orchestrator/{run}";
}

/// <summary>What is made of verified changes.</summary>
public enum LandKind
{
    /// <summary>A file that <c>git apply</c> takes.</summary>
    Patch,

    /// <summary>A branch on a remote.</summary>
    Branch,
}

/// <summary>Who looks at what is pushed, and where to, before it is.</summary>
public enum LandingCheckpoint
{
    Ask,
    Auto,
}
