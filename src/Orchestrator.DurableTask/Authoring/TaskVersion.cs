namespace Microsoft.DurableTask;

/// <summary>The version of an orchestrator or an activity: a free text, compared without regard to case; empty means unversioned.</summary>
public readonly struct TaskVersion : IEquatable<TaskVersion>
{
    /// <summary>The version of what bears none.</summary>
    public static readonly TaskVersion Unversioned;

    private readonly string? _version;

    /// <summary>Makes a version of a text.</summary>
    /// <param name="version">The text; null and the empty text mean unversioned.</param>
    /// <exception cref="ArgumentException">The text is white space only.</exception>
    public TaskVersion(string? version)
    {
        if (!string.IsNullOrEmpty(version) && string.IsNullOrWhiteSpace(version))
        {
            throw new ArgumentException("A version is not white space; use TaskVersion.Unversioned for none.", nameof(version));
        }

        _version = version;
    }

    /// <summary>The text of the version; empty when unversioned, never null.</summary>
    public string Version => _version ?? string.Empty;

    /// <summary>The text of a version.</summary>
    /// <param name="value">The version.</param>
    public static implicit operator string(TaskVersion value) => value.Version;

    /// <summary>A version of a text.</summary>
    /// <param name="value">The text.</param>
    public static implicit operator TaskVersion(string? value) => new(value);

    /// <summary>Whether two versions are the same but for case.</summary>
    /// <param name="a">One version.</param>
    /// <param name="b">The other.</param>
    public static bool operator ==(TaskVersion a, TaskVersion b) => a.Equals(b);

    /// <summary>Whether two versions differ in more than case.</summary>
    /// <param name="a">One version.</param>
    /// <param name="b">The other.</param>
    public static bool operator !=(TaskVersion a, TaskVersion b) => !a.Equals(b);

    /// <inheritdoc />
    public bool Equals(TaskVersion other) => string.Equals(Version, other.Version, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is TaskVersion other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Version);

    /// <inheritdoc />
    public override string ToString() => Version;
}
