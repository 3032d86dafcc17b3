using System.Text;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>
/// What a pull request says: the objective and the evidence. Task and names are data: they stand in a fence, where they mention nobody, close nothing and
/// can't look like evidence.
/// </summary>
public static class PullRequestText
{
    private const string Begin = "<!-- orchestrator:evidence -->";
    private const string End = "<!-- /orchestrator:evidence -->";
    private const int LongestObjective = 10_000;

    /// <param name="admitted">The run's task.</param>
    /// <param name="run">What it took.</param>
    /// <param name="verdict">The evidence.</param>
    /// <param name="commit">What was pushed.</param>
    /// <param name="link">The run's page; null where there is none.</param>
    /// <param name="ticket">The ticket that the run works on; null where there is none.</param>
    public static string Of(AdmittedTask admitted, RunSummary run, Verdict verdict, string commit, Uri? link, Ticket? ticket)
    {
        string objective = admitted.Task.Objective.Trim();
        var text = new StringBuilder($"{Begin}\n");
        text.Append("## Objective\n\n").Append(Fenced(objective.Length <= LongestObjective ? objective : objective[..LongestObjective] + "…"));
        text.Append("\n## Evidence\n\n| check | exit code |\n|---|---|\n");
        foreach (Check check in verdict.Checks)
        {
            text.Append($"| {Code(check.Name)} | {check.ExitCode} |\n");
        }

        text.Append($"\nEach command was run by the orchestrator, by itself, on a checkout of the tree `{verdict.Tree}`, which is that of commit {commit}.\n");
        text.Append("\n| | |\n|---|---|\n");
        text.Append($"| run | {(link is null ? Code(admitted.RunId) : $"[{admitted.RunId}]({link})")} |\n");
        if (ticket is not null)
        {
            // Only an address of the web may become a link; the number alone closes nothing.
            string name = Code($"{ticket.Repository} {ticket.Number}: {ticket.Title}");
            text.Append($"| ticket | {name}{(ticket.Url is { Scheme: "https" or "http" } page ? $" [page](<{page.AbsoluteUri}>)" : string.Empty)} |\n");
        }

        text.Append($"| model | {Code(run.Model)} |\n| turns | {run.Turns} |\n| tool calls | {run.ToolCalls} |\n| cost | {Dollars.Of(run.CostUsd)} |\n");
        return text.Append(End).ToString();
    }

    /// <summary>A text that people may have written around, with new evidence in the place of the old; the same text if there is none in it.</summary>
    public static string Renewed(string text, string evidence)
    {
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        int end = text.LastIndexOf(End, StringComparison.Ordinal);
        return begin < 0 || end < begin ? text : text[..begin] + evidence + text[(end + End.Length)..];
    }

    /// <summary>Behind more backticks than there are in it.</summary>
    public static string Fenced(string text)
    {
        string fence = new('`', Math.Max(3, LongestRow(text) + 1));
        return $"{fence}text\n{string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Visible.Of))}\n{fence}\n";
    }

    private static string Code(string text)
    {
        string line = Visible.Of(text.ReplaceLineEndings(" ")).Replace("|", "\\|", StringComparison.Ordinal);
        string fence = new('`', LongestRow(line) + 1);
        return $"{fence} {line} {fence}";
    }

    private static int LongestRow(string text) => text.Split(text.Where(letter => letter != '`').Distinct().ToArray()).Max(row => row.Length);
}
