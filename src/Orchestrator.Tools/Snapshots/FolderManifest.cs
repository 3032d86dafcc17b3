using System.Globalization;
using System.Text;

namespace Orchestrator.Tools.Snapshots;

/// <summary>One name of a folder in a snapshot.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Modified">Nanoseconds since 1970; 0 but for a file.</param>
/// <param name="Id">SHA-256 of its content: a file's bytes, a link's target, a folder's manifest; lower-case hexadecimal.</param>
/// <param name="Name">Its name, a character for each byte.</param>
internal sealed record ManifestEntry(FileKind Kind, int Mode, long Modified, string Id, string Name);

/// <summary>
/// A folder of a snapshot, as bytes that are the same for the same folder: a line for each name, in the order of their bytes, ended by a
/// zero byte, which no name has.
/// </summary>
internal static class FolderManifest
{
    /// <param name="entries">In the order of their names.</param>
    public static byte[] Write(IEnumerable<ManifestEntry> entries)
    {
        var text = new StringBuilder();
        foreach (ManifestEntry entry in entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Letter(entry.Kind)} {Convert.ToString(entry.Mode, 8)} {entry.Modified} {entry.Id} {entry.Name}\0");
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <exception cref="InvalidDataException">It is no manifest.</exception>
    public static IReadOnlyList<ManifestEntry> Read(ReadOnlySpan<byte> manifest) =>
        [.. Encoding.Latin1.GetString(manifest).Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(ReadEntry)];

    private static ManifestEntry ReadEntry(string line) =>
        line.Split(' ', 5) is [var kind, var mode, var modified, var id, { Length: > 0 } name] && KindOf(kind) is { } known
        && long.TryParse(modified, CultureInfo.InvariantCulture, out long nanoseconds) && !name.Contains('/', StringComparison.Ordinal) && name is not ("." or "..")
            ? new ManifestEntry(known, Convert.ToInt32(mode, 8), nanoseconds, id, name)
            : throw new InvalidDataException("A snapshot's manifest is damaged.");

    private static char Letter(FileKind kind) => kind switch
    {
        FileKind.File => 'f',
        FileKind.Link => 'l',
        FileKind.Folder => 'd',
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No snapshot has it."),
    };

    private static FileKind? KindOf(string letter) => letter switch
    {
        "f" => FileKind.File,
        "l" => FileKind.Link,
        "d" => FileKind.Folder,
        _ => null,
    };
}
