using System.Text;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>
/// What a pull request says: the objective and the evidence. Task and names are data: they stand in a fence, where they mention nobody, close nothing and
/// can't look like evidence. Where a host has little room, the objective gives way first.
/// </summary>
public sealed record PullRequestText
{
    private const string Begin = "<!-- orchestrator:evidence -->";
    private const string End = "<!-- /orchestrator:evidence -->";
    private const int LongestObjective = 10_000;
    private const int LongestTicket = 300;

    public required string Objective { get; init; }

    /// <summary>The rows of the table of checks.</summary>
    public required IReadOnlyList<string> Checks { get; init; }

    /// <summary>What stands below that table: tree, commit, and what the run took.</summary>
    public required string Rest { get; init; }

    /// <param name="admitted">The run's task.</param>
    /// <param name="run">What it took.</param>
    /// <param name="verdict">The evidence.</param>
    /// <param name="commit">What was pushed.</param>
    /// <param name="link">The run's page; null where there is none.</param>
    /// <param name="ticket">The ticket that the run works on; null where there is none.</param>
    /// <param name="redactor">Strikes secrets out, before anything is cut.</param>
    public static PullRequestText Of(AdmittedTask admitted, RunSummary run, Verdict verdict, string commit, Uri? link, Ticket? ticket, Redactor redactor)
    {
        var rest = new StringBuilder($"\nEach command was run by the orchestrator, by itself, on a checkout of the tree `{verdict.Tree}`, which is that of commit {commit}.\n");
        rest.Append("\n| | |\n|---|---|\n");
        rest.Append($"| run | {(link is null ? Code(admitted.RunId) : $"[{admitted.RunId}]({link})")} |\n");
        if (ticket is not null)
        {
            // Only an address of the web may become a link; the number alone closes nothing.
            string name = Code(ShortText.Shortened(redactor.Redact($"{ticket.Repository} {ticket.Number}: {ticket.Title}"), LongestTicket));
            rest.Append($"| ticket | {name}{(ticket.Url is { Scheme: "https" or "http" } page ? $" [page](<{page.AbsoluteUri}>)" : string.Empty)} |\n");
        }

        rest.Append($"| model | {Code(run.Model)} |\n| turns | {run.Turns} |\n| tool calls | {run.ToolCalls} |\n| cost | {Dollars.Of(run.CostUsd)} |\n");
        return new PullRequestText
        {
            Objective = redactor.Redact(admitted.Task.Objective.Trim()),
            Checks = [.. verdict.Checks.Select(check => $"| {Code(redactor.Redact(check.Name))} | {check.ExitCode} |\n")],
            Rest = redactor.Redact(rest.ToString()),
        };
    }

    /// <summary>All of it, or as much of the objective, and then of the checks, as there is room for; what is left out is said.</summary>
    /// <param name="longest">Characters.</param>
    /// <exception cref="CodeHostException">There is no room for the evidence.</exception>
    public string Within(int longest)
    {
        int objective = Math.Min(Objective.Length, LongestObjective);
        int checks = Checks.Count;
        string text = Whole(objective, checks);
        while (text.Length > longest && objective > 0)
        {
            objective = Math.Max(0, objective - (text.Length - longest));
            text = Whole(objective, checks);
        }

        while (text.Length > longest && checks > 0)
        {
            checks--;
            text = Whole(objective, checks);
        }

        return text.Length <= longest ? text
            : throw new CodeHostException($"The text of the pull request has room for {Math.Max(0, longest)} characters of evidence, which takes {text.Length}: shorten what people have written around it.");
    }

    /// <summary>A text that people may have written around, with new evidence in the place of the old; the same text if there is none in it.</summary>
    /// <param name="text">What is there.</param>
    /// <param name="longest">Characters of the whole.</param>
    /// <exception cref="CodeHostException">There is no room for the evidence beside what people wrote.</exception>
    public string RenewedIn(string text, int longest)
    {
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        int end = text.LastIndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            return text;
        }

        (string before, string after) = (text[..begin], text[(end + End.Length)..]);
        return before + Within(longest - before.Length - after.Length) + after;
    }

    /// <summary>Behind more backticks than there are in it.</summary>
    public static string Fenced(string text)
    {
        string fence = new('`', Math.Max(3, LongestRow(text) + 1));
        return $"{fence}text\n{string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Visible.Of))}\n{fence}\n";
    }

    private string Whole(int objective, int checks)
    {
        var text = new StringBuilder($"{Begin}\n## Objective\n\n{Fenced(ShortText.Shortened(Objective, objective))}\n## Evidence\n\n| check | exit code |\n|---|---|\n");
        text.AppendJoin(string.Empty, Checks.Take(checks));
        text.Append(checks < Checks.Count ? $"| {Checks.Count - checks} more | in the message of the commit |\n" : string.Empty);
        return text.Append(Rest).Append(End).ToString();
    }

    private static string Code(string text)
    {
        string line = Visible.Of(text.ReplaceLineEndings(" ")).Replace("|", "\\|", StringComparison.Ordinal);
        string fence = new('`', LongestRow(line) + 1);
        return $"{fence} {line} {fence}";
    }

    private static int LongestRow(string text) => text.Split(text.Where(letter => letter != '`').Distinct().ToArray()).Max(row => row.Length);
}
