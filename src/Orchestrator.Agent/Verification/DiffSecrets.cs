using System.Text;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.Agent.Verification;

/// <summary>Secrets that a diff would land: a patch is kept as it is, so whoever judges it is told.</summary>
internal static class DiffSecrets
{
    private const string NewFile = "+++ b/";

    /// <param name="redactor">Knows secrets.</param>
    /// <param name="diff">A patch of git's; file after file is held in memory.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Each path and kind, as in <c>src/a.py: GitHub token</c>, at most <see cref="Verdict.PathsShown"/>; null if there is none.</returns>
    public static async Task<IReadOnlyList<string>?> FindAsync(Redactor redactor, Stream diff, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var added = new StringBuilder();
        string path = string.Empty;
        using var reader = new StreamReader(diff, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        while (found.Count < Verdict.PathsShown && await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(NewFile, StringComparison.Ordinal))
            {
                Look();
                path = line[NewFile.Length..].TrimEnd('\t');
            }
            else if (line.StartsWith('+'))
            {
                added.Append(line, 1, line.Length - 1).Append('\n');
            }
        }

        Look();
        return found.Count == 0 ? null : [.. found.Take(Verdict.PathsShown)];

        void Look()
        {
            found.AddRange(redactor.Find(added.ToString()).Select(kind => $"{path}: {kind}"));
            added.Clear();
        }
    }
}
