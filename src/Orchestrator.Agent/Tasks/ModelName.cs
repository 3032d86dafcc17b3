namespace Orchestrator.Agent.Tasks;

/// <summary>What a person writes to name a model.</summary>
public static class ModelName
{
    /// <summary>Marks a script that plays the model.</summary>
    public const string ScriptedPrefix = "scripted:";

    /// <summary>A script plays it: it is asked nothing that is billed.</summary>
    public static bool IsScripted(string name) => name.StartsWith(ScriptedPrefix, StringComparison.Ordinal);

    /// <summary>Makes the script's path absolute; other names stay as they are.</summary>
    public static string Absolute(string name, string folder) => IsScripted(name)
        ? ScriptedPrefix + Path.GetFullPath(name[ScriptedPrefix.Length..], folder)
        : name;
}
