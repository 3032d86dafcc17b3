using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Orchestrator.Agent.Audit;

/// <summary>The end of a chain, to be noted where who can write the database can't: with it, a chain that was cut off shows.</summary>
public sealed record AuditHead(long Sequence, string Hash)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AuditHead? head)
    {
        string[] parts = text.Split(':');
        head = parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            && sequence > 0
            && parts[1].Length == AuditChain.Beginning.Length
            && parts[1].All(char.IsAsciiHexDigitLower)
            ? new AuditHead(sequence, parts[1])
            : null;
        return head is not null;
    }

    /// <summary>As <c>SEQUENCE:HASH</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Hash}");
}
