using System.Text;

namespace Orchestrator.Agent.Verification;

/// <summary>The text in which the model is told why its submission was not accepted.</summary>
internal static class Findings
{
    private const int LongestTail = 600;
    private const int PathsTold = 5;

    /// <summary>The end of a text, from the start of a line where there is one.</summary>
    public static string TailOf(string text)
    {
        string trimmed = text.TrimEnd();
        if (trimmed.Length <= LongestTail)
        {
            return trimmed.Length > 0 ? trimmed : "(no output)";
        }

        int start = trimmed.Length - LongestTail;
        int line = trimmed.IndexOf('\n', start, LongestTail / 2);
        start = line > 0 ? line + 1 : start + (char.IsLowSurrogate(trimmed[start]) ? 1 : 0);
        return "…\n" + trimmed[start..];
    }

    /// <summary>A verdict in one sentence, for a person.</summary>
    public static string InShort(Verdict verdict)
    {
        string checks = string.Join(", ", verdict.Checks.Select(
            check => $"{check.Name} {(check.ExitCode == 0 ? "passed" : $"failed with exit code {check.ExitCode}")}"));
        if (verdict.OutOfScopeCount == 0)
        {
            return checks;
        }

        string[] paths = [.. verdict.OutOfScope.Take(PathsTold)];
        string more = verdict.OutOfScopeCount > paths.Length ? $" and {verdict.OutOfScopeCount - paths.Length} more" : string.Empty;
        return $"{checks}; changed out of scope: {string.Join(", ", paths)}{more}";
    }

    /// <summary>What the failed criteria wrote last, for a person; null if none failed.</summary>
    public static string? Tails(Verdict verdict)
    {
        Check[] failed = [.. verdict.Checks.Where(check => check.Tail is not null)];
        return failed.Length == 0 ? null : string.Join('\n', failed.Select(check => $"{check.Name}:\n{check.Tail}"));
    }

    public static string Of(IReadOnlyList<FailedCheck> failed, Verdict verdict)
    {
        var text = new StringBuilder(
            "The submission was not accepted. The orchestrator ran the success criteria on a copy of the workspace; this is what failed.\n");
        foreach (FailedCheck check in failed)
        {
            text.Append($"\n## {check.Name}: `{check.Command}`\n{check.Observation}\n");
        }

        if (verdict.OutOfScopeCount > 0)
        {
            text.Append("\n## Changed paths outside the allowed ones\n");
            foreach (string path in verdict.OutOfScope)
            {
                text.Append($"- {path}\n");
            }

            if (verdict.OutOfScopeCount > verdict.OutOfScope.Count)
            {
                text.Append($"- and {verdict.OutOfScopeCount - verdict.OutOfScope.Count} more\n");
            }

            text.Append("Restore them to their original content.\n");
        }

        return text.Append("\nMend this, then end your turn again without a tool call.").ToString();
    }
}

/// <summary>A criterion that did not end with exit code 0.</summary>
internal sealed record FailedCheck(string Name, string Command, string Observation);
