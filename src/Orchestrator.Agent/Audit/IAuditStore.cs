namespace Orchestrator.Agent.Audit;

/// <summary>The chain of what people and programs did. Only ever appended to; most entries are written in the transaction of what they tell.</summary>
public interface IAuditStore
{
    /// <summary>Writes down an act that no other row tells of, as a sign-in.</summary>
    Task<AuditEntry> AppendAsync(AuditAct act, CancellationToken cancellationToken);

    /// <summary>Entries behind one, in their order.</summary>
    /// <param name="after">The sequence of the last one known; 0 for none.</param>
    /// <param name="run">Only those of this run; null for all.</param>
    /// <param name="limit">At most so many.</param>
    Task<IReadOnlyList<AuditEntry>> ReadAsync(long after, string? run, int limit, CancellationToken cancellationToken);

    /// <summary>The newest entries, newest first.</summary>
    /// <param name="before">Only those before this sequence; null for the newest.</param>
    /// <param name="run">Only those of this run; null for all.</param>
    /// <param name="limit">At most so many.</param>
    Task<IReadOnlyList<AuditEntry>> ReadNewestAsync(long? before, string? run, int limit, CancellationToken cancellationToken);

    /// <summary>The entry with this sequence; null if there is none.</summary>
    Task<AuditEntry?> FindAsync(long sequence, CancellationToken cancellationToken);
}
