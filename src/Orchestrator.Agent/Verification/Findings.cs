using System.Text;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Verification;

/// <summary>Why a submission was not accepted: at length for the model, in a line for people.</summary>
internal static class Findings
{
    private const int LongestTail = 600;
    private const int LongestLine = 160;
    private const int PathsNamed = 3;

    /// <summary>What a timeline says of a verdict: each criterion, the last thing that a failed one said, and what is out of scope.</summary>
    public static string InShort(IReadOnlyList<FailedCheck> failed, Verdict verdict)
    {
        IEnumerable<string> checks = verdict.Checks.Select(check => check.ExitCode == 0
            ? $"{check.Name} passed"
            : $"{check.Name} failed with {check.ExitCode}{LastWords(failed.FirstOrDefault(one => one.Name == check.Name))}");
        return string.Join(", ", checks) + OutOfScope(verdict) + (verdict.TooLarge is { } tooLarge ? $"; {tooLarge}" : string.Empty);
    }

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

    /// <summary>What the failed criteria wrote last, for a person; null if none wrote more than the line that <see cref="InShort"/> tells.</summary>
    public static string? Tails(Verdict verdict)
    {
        Check[] failed = [.. verdict.Checks.Where(check => check.Tail?.Contains('\n') == true)];
        return failed.Length == 0 ? null : string.Join('\n', failed.Select(check => $"{check.Name}:\n{check.Tail}"));
    }

    /// <summary>What the model reads next.</summary>
    public static string Of(IReadOnlyList<FailedCheck> failed, Verdict verdict)
    {
        var text = new StringBuilder(
            verdict.Revision == 0
                ? "The submission was not accepted. The orchestrator ran the success criteria on a copy of the workspace; this is what failed.\n"
                : "The orchestrator ran the success criteria on a copy of your diff without what a reviewer has left out; this is what failed.\n");
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

        if (verdict.TooLarge is { } tooLarge)
        {
            text.Append($"\n## More is changed than can land\n{tooLarge}\nLeave large files as they were, or make them where git ignores them.\n");
        }

        return verdict.Revision > 0 ? text.ToString() : text.Append("\nMend this, then end your turn again without a tool call.").ToString();
    }

    private static string LastWords(FailedCheck? check)
    {
        string? line = check?.Observation.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .LastOrDefault(line => !line.StartsWith('['));
        return line is null ? string.Empty : $" ({ShortText.Shortened(line, LongestLine)})";
    }

    private static string OutOfScope(Verdict verdict)
    {
        if (verdict.OutOfScopeCount == 0)
        {
            return string.Empty;
        }

        int unnamed = verdict.OutOfScopeCount - Math.Min(PathsNamed, verdict.OutOfScope.Count);
        string names = string.Join(", ", verdict.OutOfScope.Take(PathsNamed)) + (unnamed > 0 ? $" and {unnamed} more" : string.Empty);
        return verdict.OutOfScopeCount == 1
            ? $"; 1 changed path is out of scope: {names}"
            : $"; {verdict.OutOfScopeCount} changed paths are out of scope: {names}";
    }
}

/// <summary>A criterion that did not end with exit code 0.</summary>
internal sealed record FailedCheck(string Name, string Command, string Observation);
