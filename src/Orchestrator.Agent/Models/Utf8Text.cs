using System.Text;

namespace Orchestrator.Agent.Models;

/// <summary>A text as it is stored and sent, in UTF-8: what a run was told is long, and shown again with every turn. Two are equal if their bytes are.</summary>
public readonly struct Utf8Text(ReadOnlyMemory<byte> utf8) : IEquatable<Utf8Text>
{
    public ReadOnlySpan<byte> Span => utf8.Span;

    /// <summary>Bytes.</summary>
    public int Length => utf8.Length;

    public static implicit operator Utf8Text(string text) => new(Encoding.UTF8.GetBytes(text));

    public static bool operator ==(Utf8Text left, Utf8Text right) => left.Equals(right);

    public static bool operator !=(Utf8Text left, Utf8Text right) => !left.Equals(right);

    public bool Equals(Utf8Text other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is Utf8Text other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Encoding.UTF8.GetString(Span);
}
