namespace Orchestrator.Agent.Runs.Purges;

/// <summary>Whether a run may be purged.</summary>
public abstract record PurgeRuling
{
    private PurgeRuling()
    {
    }

    /// <summary>It may; where that was asked for, its purge has begun.</summary>
    public sealed record Free : PurgeRuling;

    /// <summary>Its purge has begun before.</summary>
    public sealed record Begun : PurgeRuling;

    /// <summary>Nobody can say now: somebody else has the runs to themselves for a while.</summary>
    /// <param name="Why">Who, and what to do about that.</param>
    public sealed record Busy(string Why) : PurgeRuling;

    /// <summary>It may not.</summary>
    /// <param name="Why">What still needs it, and what to do about that.</param>
    public sealed record Needed(string Why) : PurgeRuling;
}
