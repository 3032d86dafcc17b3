namespace Microsoft.DurableTask;

/// <summary>Gives an orchestrator or activity class a name and a version of its own; without it the class's name counts.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class DurableTaskAttribute : Attribute
{
    /// <summary>Names the class.</summary>
    /// <param name="name">The name; null or empty leaves the class's own.</param>
    public DurableTaskAttribute(string? name = null)
    {
        Name = string.IsNullOrEmpty(name) ? default : new TaskName(name);
    }

    /// <summary>The name given; the default value where none was.</summary>
    public TaskName Name { get; }

    /// <summary>The version of the class; null or empty means unversioned.</summary>
    public string? Version { get; set; }
}
