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

    /// <summary>A pull request is opened as a draft.</summary>
    public bool Draft { get; init; } = true;

    /// <summary>What a pull request is labelled; tasks of older builds have none.</summary>
    public IReadOnlyList<string> Labels { get; init => field = value ?? []; } = [];

    /// <summary>The run waits for the checks of its pull request, and mends what they find; null for not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BabysitTerms? Babysit { get; init; }

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

    /// <summary>A branch, and a pull request for it.</summary>
    PullRequest,
}

/// <summary>Who looks at what is pushed, and where to, before it is.</summary>
public enum LandingCheckpoint
{
    Ask,
    Auto,
}

/// <summary>How a run looks after its pull request.</summary>
public sealed record BabysitTerms
{
    public const int MostRounds = 20;

    /// <summary>How often a check that has failed is given to the model.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>How long the checks of one commit are waited for.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(2);
}
