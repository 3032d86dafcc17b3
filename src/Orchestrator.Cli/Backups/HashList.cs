using System.Text;
using Orchestrator.Agent.Timeline;
using Orchestrator.Files;

namespace Orchestrator.Cli.Backups;

/// <summary>
/// The hashes of a backup's files as <c>sha256sum -c</c> reads them: a line each, of a name with a backslash or a line break in it with a backslash before
/// (https://www.gnu.org/software/coreutils/manual/html_node/cksum-output-modes.html).
/// </summary>
internal static class HashList
{
    public const string Name = "SHA256SUMS";

    private const int HashLength = 64;
    private const string Between = "  ";

    /// <param name="folder">The backup.</param>
    /// <param name="hashes">By path.</param>
    public static void Write(string folder, IReadOnlyDictionary<string, string> hashes)
    {
        var lines = new StringBuilder();
        foreach ((string path, string hash) in hashes.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            string escaped = path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
            lines.Append(escaped == path ? string.Empty : "\\").Append(hash).Append(Between).Append(escaped).Append('\n');
        }

        WholeFile.Write(Path.Combine(folder, Name), Encoding.UTF8.GetBytes(lines.ToString()));
    }

    /// <returns>Hashes by path.</returns>
    /// <exception cref="BadInputException">It isn't there or damaged.</exception>
    public static Dictionary<string, string> Read(string folder)
    {
        string path = Path.Combine(folder, Name);
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            throw new BadInputException($"The backup {folder} is damaged: it has no {Name}.");
        }

        foreach (string line in File.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isEscaped = line[0] == '\\';
            string plain = isEscaped ? line[1..] : line;
            if (plain.Length <= HashLength + Between.Length || !plain.AsSpan(HashLength).StartsWith(Between))
            {
                throw new BadInputException($"{path} is damaged: '{Visible.Of(line)}' is no hash and file.");
            }

            string name = plain[(HashLength + Between.Length)..];
            hashes[isEscaped ? Unescaped(name) : name] = plain[..HashLength];
        }

        return hashes;
    }

    private static string Unescaped(string name)
    {
        var plain = new StringBuilder();
        for (int index = 0; index < name.Length; index++)
        {
            plain.Append(name[index] == '\\' && ++index < name.Length ? name[index] switch { 'n' => '\n', 'r' => '\r', var other => other } : name[index]);
        }

        return plain.ToString();
    }
}
