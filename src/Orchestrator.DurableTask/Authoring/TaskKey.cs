using System.Reflection;

namespace Microsoft.DurableTask;

/// <summary>What a registered task is found by: its name and its version, both without regard to case.</summary>
internal readonly record struct TaskKey(TaskName Name, TaskVersion Version)
{
    /// <summary>The key that a class asks for by its attribute, or else by its name.</summary>
    public static TaskKey Of(Type type)
    {
        var attribute = type.GetCustomAttribute<DurableTaskAttribute>(inherit: false);
        TaskName name = attribute is { Name.Name: { Length: > 0 } } ? attribute.Name : new TaskName(type.Name);
        return new TaskKey(name, new TaskVersion(attribute?.Version));
    }

    public override string ToString() =>
        Version == TaskVersion.Unversioned ? $"named '{Name}'" : $"named '{Name}' with version '{Version}'";
}
