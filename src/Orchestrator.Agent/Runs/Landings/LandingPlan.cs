using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>
/// Exactly what would be pushed, and where to. It is made once, recorded in the run's history, shown, and then pushed as it is: a retry pushes the
/// same commit.
/// </summary>
public sealed record LandingPlan
{
    public required string RunId { get; init; }

    public required int Turn { get; init; }

    /// <summary>How often it was tried before.</summary>
    public required int Attempt { get; init; }

    /// <summary>The remote's address.</summary>
    public required string Remote { get; init; }

    public required string Branch { get; init; }

    /// <summary>The branch that it is meant for; null where the remote has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Base { get; init; }

    /// <summary>What the base is on the remote; null where it is not there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BaseNow { get; init; }

    /// <summary>What the branch is on the remote, an ancestor of the commit; null where it is not there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Expected { get; init; }

    /// <summary>What the commit follows.</summary>
    public required string Parent { get; init; }

    /// <summary>The commit; its parent where nothing has changed.</summary>
    public required string Commit { get; init; }

    /// <summary>The pull request that the branch is to have; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlannedPullRequest? PullRequest { get; init; }

    /// <summary>Why it can't be pushed, in words; null if it can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Obstacle { get; init; }

    /// <summary>The verified files are those that the run began with, or those that it has pushed already.</summary>
    [JsonIgnore]
    public bool IsEmpty => Commit == Parent;

    [JsonIgnore]
    public string ApprovalId => Approvals.ApprovalId.OfLanding(RunId, Turn, Attempt);

    public Landing Landed() => new() { Remote = Remote, Branch = Branch, Base = Base, Commit = Commit };
}

/// <summary>The pull request of a plan.</summary>
/// <param name="Title">Its title.</param>
/// <param name="IsDraft">Nobody is to merge it as it is.</param>
/// <param name="Labels">What it is labelled.</param>
public sealed record PlannedPullRequest(string Title, bool IsDraft, IReadOnlyList<string> Labels);
