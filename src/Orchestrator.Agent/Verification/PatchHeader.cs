using System.Text;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Verification;

/// <summary>
/// The evidence at the head of an accepted patch, in lines that <c>git apply</c> and <c>patch</c> leave out: which tree was verified, and how each criterion
/// ended on it. It holds nothing but that, so that the same change has the same patch.
/// </summary>
internal static class PatchHeader
{
    public static byte[] Of(AgentTask task, Verdict verdict)
    {
        string[] lines = [$"{task.Name}: verified on the tree {verdict.Tree}", .. verdict.Checks.Select(check => $"exit code {check.ExitCode}: {check.Name}")];
        return Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"# {OnOneLine(line)}\n")) + "\n");
    }

    /// <summary>A name may have many lines, and any character.</summary>
    private static string OnOneLine(string text) => string.Concat(text.ReplaceLineEndings("; ").Select(letter => char.IsControl(letter) ? ' ' : letter)).TrimEnd(' ', ';');
}
