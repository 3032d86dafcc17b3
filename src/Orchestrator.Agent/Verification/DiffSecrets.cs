using System.Text;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.Agent.Verification;

/// <summary>Secrets that a diff would land: a patch is kept as it is, so whoever judges it is told.</summary>
internal static class DiffSecrets
{
    private const string NewFile = "+++ b/";

    /// <param name="redactor">Knows secrets.</param>
    /// <param name="diff">A patch of git's.</param>
    /// <returns>Each path and kind, as in <c>src/a.py: GitHub token</c>, at most <see cref="Verdict.PathsShown"/>; null if there is none.</returns>
    public static IReadOnlyList<string>? Find(Redactor redactor, ReadOnlySpan<byte> diff)
    {
        var added = new Dictionary<string, StringBuilder>();
        string path = string.Empty;
        foreach (string line in Encoding.UTF8.GetString(diff).Split('\n'))
        {
            if (line.StartsWith(NewFile, StringComparison.Ordinal))
            {
                path = line[NewFile.Length..].TrimEnd('\t', '\r');
            }
            else if (line.StartsWith('+'))
            {
                (added.TryGetValue(path, out StringBuilder? text) ? text : added[path] = new StringBuilder()).Append(line, 1, line.Length - 1).Append('\n');
            }
        }

        string[] found = [.. added.SelectMany(file => redactor.Find(file.Value.ToString()).Select(kind => $"{file.Key}: {kind}")).Take(Verdict.PathsShown)];
        return found.Length == 0 ? null : found;
    }
}
