namespace Microsoft.DurableTask;

/// <summary>The name of an orchestrator or an activity; names that differ only in case are equal.</summary>
public readonly struct TaskName : IEquatable<TaskName>
{
    /// <summary>Makes a name of a text.</summary>
    /// <param name="name">The text; null gives the default value, which names nothing.</param>
    public TaskName(string name)
    {
        Name = name;
    }

    /// <summary>The name as it was written; null in the default value.</summary>
    public string Name { get; }

    /// <summary>The text of a name.</summary>
    /// <param name="value">The name.</param>
    public static implicit operator string(TaskName value) => value.Name;

    /// <summary>A name of a text; null and the empty text give the default value.</summary>
    /// <param name="value">The text.</param>
    public static implicit operator TaskName(string value) => string.IsNullOrEmpty(value) ? default : new TaskName(value);

    /// <summary>Whether two names are the same but for case.</summary>
    /// <param name="a">One name.</param>
    /// <param name="b">The other.</param>
    public static bool operator ==(TaskName a, TaskName b) => a.Equals(b);

    /// <summary>Whether two names differ in more than case.</summary>
    /// <param name="a">One name.</param>
    /// <param name="b">The other.</param>
    public static bool operator !=(TaskName a, TaskName b) => !a.Equals(b);

    /// <inheritdoc />
    public bool Equals(TaskName other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is TaskName other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => Name is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(Name);

    /// <inheritdoc />
    public override string ToString() => Name;
}
