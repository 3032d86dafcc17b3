using System.Globalization;
using System.Text;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Compactions;

/// <summary>
/// What no summary may lose, made from the stores and not written by a model: the task's terms, what people decided, what they are
/// still asked, which plan the model has, and which files it has seen. What the model chose, steps, paths and calls, is escaped to one line.
/// </summary>
public sealed class PinnedLedger(IApprovalStore approvals, IEffectJournal journal)
{
    /// <summary>Files that are listed; of more, the ones seen last.</summary>
    internal const int MostFiles = 200;

    /// <summary>Characters of a path or a call that are told.</summary>
    private const int LongestWords = 500;

    public async Task<string> ReadAsync(AdmittedTask task, CancellationToken cancellationToken) => Of(
        task.Task,
        await approvals.ListDecidedAsync(task.RunId, cancellationToken),
        await approvals.ListOpenAsync(task.RunId, cancellationToken),
        await journal.FindNewestOutputAsync(task.RunId, ToolNames.Plan, cancellationToken),
        await journal.ListSeenFilesAsync(task.RunId, cancellationToken));

    /// <summary>The task's terms come first: they are the same bytes in every ledger of a run.</summary>
    internal static string Of(
        AgentTask task, IReadOnlyList<Approval> decided, IReadOnlyList<Approval> open, string? plan, IReadOnlyList<SeenFile> files)
    {
        var text = new StringBuilder(TermsOf(task));
        AppendList(text, "Decisions of people", [.. decided.Select(InWords)]);
        AppendList(text, "Open questions to people", [.. open.Select(approval => $"{approval.Id}: {OneLine(approval.Question)} ({OneLine(approval.Because)})")]);
        AppendList(text, "Plan, as you took it down last", [.. (plan ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(OneLine)]);
        SeenFile[] listed = [.. files.OrderByDescending(file => file.Turn).ThenBy(file => file.Path, StringComparer.Ordinal).Take(MostFiles)];
        AppendList(
            text,
            "Files you saw, with the SHA-256 of what you saw; look again where a file may have changed since",
            [.. listed.Select(file => $"{OneLine(file.Path)} {file.Hash} (turn {file.Turn})")]);
        return text.ToString();
    }

    /// <summary>The part that depends on the task alone.</summary>
    internal static string TermsOf(AgentTask task)
    {
        var text = new StringBuilder($"# What holds, word for word\n\n## Objective\n\n{task.Objective}\n");
        AppendList(text, "Success criteria", [.. task.Success.Select(criterion => $"{criterion.Name}: {criterion.Run}")]);
        AppendList(text, "Constraints", task.Constraints);
        AppendList(text, "Allowed paths (none listed: every path)", task.AllowedPaths);
        AppendList(text, "Protected paths", task.ProtectedPaths);
        return text.ToString();
    }

    private static void AppendList(StringBuilder text, string heading, IReadOnlyList<string> lines)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n\n");
        foreach (string line in lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {line}\n");
        }

        if (lines.Count == 0)
        {
            text.Append("none\n");
        }
    }

    // Paths and calls are the model's words: on a line of their own they could pass for a term of the task.
    private static string OneLine(string words)
    {
        var line = new StringBuilder();
        foreach (Rune rune in words.EnumerateRunes().Take(LongestWords))
        {
            bool endsLine = Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            line.Append(endsLine ? $"\\u{rune.Value:x4}" : rune.ToString());
        }

        return words.EnumerateRunes().Skip(LongestWords).Any() ? $"{line}…" : line.ToString();
    }

    private static string InWords(Approval approval)
    {
        string decision = DecisionWords.Of(approval.State);
        string reason = string.IsNullOrWhiteSpace(approval.Reason) ? "no reason given" : $"their reason: {approval.Reason}";
        string asked = OneLine(approval.Kind == CheckpointKind.Tool ? $"{approval.Question} {approval.Subject}" : approval.Question);
        return $"turn {approval.Turn}, {approval.DecidedBy} {decision}: {asked} ({reason})";
    }
}
