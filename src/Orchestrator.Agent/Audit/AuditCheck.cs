namespace Orchestrator.Agent.Audit;

/// <summary>Walks a chain entry by entry, and stops at the first that does not fit.</summary>
/// <param name="last">The entry before the first one that is given; null if the chain is given from its beginning.</param>
public sealed class AuditCheck(AuditEntry? last = null)
{
    /// <summary>The last entry that fits.</summary>
    public AuditEntry? Last { get; private set; } = last;

    /// <summary>Entries that fit.</summary>
    public long Count { get; private set; }

    /// <summary>What is wrong, and where; null while all fit.</summary>
    public string? Fault { get; private set; }

    /// <summary>Takes the next entry.</summary>
    /// <returns>Whether the chain is whole up to here.</returns>
    public bool Take(AuditEntry entry)
    {
        Fault ??= FaultOf(entry);
        if (Fault is null)
        {
            Last = entry;
            Count++;
        }

        return Fault is null;
    }

    /// <summary>Whether the chain, which has ended, holds an entry that was noted elsewhere: else it was cut off, or made anew.</summary>
    /// <param name="noted">The noted sequence and hash.</param>
    /// <param name="found">The entry with that sequence; null if the chain has none.</param>
    public bool Holds(AuditHead noted, AuditEntry? found)
    {
        Fault ??= found switch
        {
            null => $"It ends with entry {Last?.Sequence ?? 0}, but entry {noted.Sequence} was noted: entries were taken off its end.",
            { Hash: var hash } when hash != noted.Hash => $"Entry {noted.Sequence} has another hash than was noted: the chain was written anew.",
            _ => null,
        };
        return Fault is null;
    }

    private string? FaultOf(AuditEntry entry)
    {
        long next = (Last?.Sequence ?? 0) + 1;
        if (entry.Sequence != next)
        {
            return $"Entry {next} is missing: entry {entry.Sequence} stands in its place.";
        }

        if (entry.Previous != (Last?.Hash ?? AuditChain.Beginning))
        {
            return $"Entry {entry.Sequence} does not name the hash of the entry before it: one of the two was replaced.";
        }

        return AuditChain.HashOf(entry) == entry.Hash ? null : $"Entry {entry.Sequence} was changed after it was written: its hash is another.";
    }
}
