using System.Reflection;

namespace Orchestrator.Tools.Supervision;

/// <summary>Shell text that is part of this assembly.</summary>
internal static class EmbeddedScript
{
    public static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The script {name} is missing from the assembly.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
