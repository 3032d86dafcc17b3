using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Runs;

/// <summary>Which runs are asked for; what is null asks for all.</summary>
public sealed record RunQuery
{
    /// <summary>What <see cref="FoundRuns.Next"/> of the page before says; null for the first page.</summary>
    public long? Before { get; init; }

    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = 50;

    public IReadOnlyList<RunStatus>? Statuses { get; init; }

    public string? Requester { get; init; }

    /// <summary>A part of the run's name, or the beginning of its id; capitals are as small letters.</summary>
    public string? Text { get; init; }

    /// <summary>Whose runs; null for those of all tenants.</summary>
    public string? Tenant { get; init; }
}

/// <summary>Runs, newest first.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Next">Where the next page begins; null if this is the last.</param>
public sealed record FoundRuns(IReadOnlyList<RunSummary> Runs, long? Next);
