namespace Orchestrator.Agent.Tasks;

/// <summary>What a person writes to name a model.</summary>
public static class ModelName
{
    /// <summary>Marks a script that plays the model.</summary>
    public const string ScriptedPrefix = "scripted:";

    /// <summary>Makes the script's path absolute; other names stay as they are.</summary>
    public static string Absolute(string name, string folder) => name.StartsWith(ScriptedPrefix, StringComparison.Ordinal)
        ? ScriptedPrefix + Path.GetFullPath(name[ScriptedPrefix.Length..], folder)
        : name;
}
