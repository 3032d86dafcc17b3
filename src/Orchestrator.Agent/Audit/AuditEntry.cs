namespace Orchestrator.Agent.Audit;

/// <summary>One thing that somebody answers for, as it was written down: part of a chain in which every entry names the hash of the one before.</summary>
public sealed record AuditEntry
{
    /// <summary>The place in the chain: 1, 2, 3, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>When, to the millisecond. Told, not trusted: the order is the sequence.</summary>
    public required DateTimeOffset At { get; init; }

    public required AuditAct Act { get; init; }

    /// <summary>The hash of the entry before; of the first one, <see cref="AuditChain.Beginning"/>.</summary>
    public required string Previous { get; init; }

    /// <summary>SHA-256 over all the others, in lower-case hex (<see cref="AuditChain.HashOf"/>).</summary>
    public required string Hash { get; init; }
}
