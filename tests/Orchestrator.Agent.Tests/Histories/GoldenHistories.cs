using Orchestrator.TaskHub.Replays;

namespace Orchestrator.Agent.Tests.Histories;

/// <summary>
/// The histories that are kept in the repository, in a folder for each version that recorded them. They are never changed:
/// a build that does not replay one would break runs under way.
/// </summary>
internal static class GoldenHistories
{
    /// <summary>Names a folder to which the rig's runs write their histories.</summary>
    public const string RecordVariable = "ORCHESTRATOR_RECORD_HISTORIES";

    private const string Extension = ".binpb";

    // The agent answers thousands of calls of one turn, too; their history proves nothing that a hundred don't.
    private const int LargestBytes = 24 * 1024;

    public static IEnumerable<(string Name, StoredHistory History)> Read() =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Histories"), "*" + Extension, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), Parse(path)));

    /// <summary>Writes histories where the variable says; nothing if it isn't set.</summary>
    /// <param name="scenario">What the runs were about.</param>
    /// <param name="histories">The histories.</param>
    public static void Write(string scenario, IReadOnlyList<StoredHistory> histories)
    {
        if (Environment.GetEnvironmentVariable(RecordVariable) is not { Length: > 0 } folder)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        foreach (StoredHistory history in histories)
        {
            byte[] bytes = history.ToBytes();
            if (bytes.Length <= LargestBytes)
            {
                File.WriteAllBytes(Path.Combine(folder, $"{scenario}.{history.InstanceId}.{history.Generation}{Extension}"), bytes);
            }
        }
    }

    private static StoredHistory Parse(string path)
    {
        string generation = Path.GetFileNameWithoutExtension(path).Split('.')[^1];
        return StoredHistory.Parse(File.ReadAllBytes(path), int.Parse(generation, System.Globalization.CultureInfo.InvariantCulture));
    }
}
