using System.Reflection;

namespace Orchestrator.Sql;

/// <summary>The steps that bring a database from empty to the schema this program knows; step n leads to version n.</summary>
public sealed class Migrations
{
    private Migrations(IReadOnlyList<string> scripts) => Scripts = scripts;

    public IReadOnlyList<string> Scripts { get; }

    public int Version => Scripts.Count;

    public static Migrations FromScripts(params IReadOnlyList<string> scripts) => new(scripts);

    /// <summary>Reads the embedded resources that start with <paramref name="prefix"/>, in ordinal order of their names.</summary>
    public static Migrations FromResources(Assembly assembly, string prefix)
    {
        List<string> names = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (names.Count == 0)
        {
            throw new ArgumentException($"{assembly.GetName().Name} embeds no script that starts with {prefix}.", nameof(prefix));
        }

        return new Migrations(names.ConvertAll(name => Read(assembly, name)));
    }

    private static string Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
