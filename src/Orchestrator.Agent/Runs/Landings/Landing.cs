using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>Where a run's verified changes are, beside its patch.</summary>
public sealed record Landing
{
    /// <summary>The remote, as it was pushed to; it holds no password.</summary>
    public required string Remote { get; init; }

    public required string Branch { get; init; }

    /// <summary>The branch that it is meant for; null where the remote has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Base { get; init; }

    /// <summary>The newest commit that was pushed.</summary>
    public required string Commit { get; init; }

    /// <summary>The pull request of the branch; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OpenedPullRequest? PullRequest { get; init; }

    /// <summary>How the checks of the pull request ended, where the run waited for them; null where it didn't.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PipelineOutcome? Checks { get; init; }

    /// <summary>In a line, for people.</summary>
    [JsonIgnore]
    public string InWords => $"{Branch} at {Commit[..12]} on {Remote}{(PullRequest is null ? string.Empty : $", {PullRequest.Url}")}{(Checks is null ? string.Empty : $", its checks {Checks.InWords}")}";
}
