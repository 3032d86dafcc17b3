using System.Text;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>What the commit of a run says: the agent's own messages where it made commits, else the objective; then the evidence.</summary>
internal static class LandingMessage
{
    /// <summary>Characters of one message of the agent that are kept.</summary>
    public const int LongestPart = 2_000;

    private const int LongestSubject = 72;
    private const int LongestBody = 8_000;
    private const string Trailer = "Orchestrator-";

    /// <param name="admitted">The run's task.</param>
    /// <param name="verdict">The evidence.</param>
    /// <param name="own">The messages of the agent's own commits, the oldest first; free of secrets.</param>
    /// <param name="redactor">Strikes secrets out of the rest, before anything is cut: half a secret isn't found any more.</param>
    public static string Of(AdmittedTask admitted, Verdict verdict, IReadOnlyList<string> own, Redactor redactor)
    {
        string objective = redactor.Redact(admitted.Task.Objective);
        string[] said = [.. own.Select(WithoutTrailers).Where(message => message.Length > 0)];
        string text = said switch
        {
            [] => OfObjective(objective),
            [var only] => only,
            _ => $"{TitleOf(objective)}\n\n{string.Join("\n\n", said)}",
        };
        var message = new StringBuilder(ShortText.Shortened(text, LongestBody)).Append("\n\n");
        message.Append($"{Trailer}Run: {admitted.RunId}\n");
        message.Append($"{Trailer}Verified-Tree: {verdict.Tree}\n");
        foreach (Check check in verdict.Checks)
        {
            message.Append($"{Trailer}Check: {OnOneLine(redactor.Redact(check.Name))} (exit code {check.ExitCode})\n");
        }

        return message.ToString();
    }

    /// <summary>The first line of an objective, as a title without secrets.</summary>
    public static string SubjectOf(string objective, Redactor redactor) => TitleOf(redactor.Redact(objective));

    private static string TitleOf(string objective)
    {
        string line = OnOneLine(objective.Trim().Split('\n')[0]);
        return line.Length <= LongestSubject ? line : ShortText.Cut(line, LongestSubject - 1).TrimEnd() + "…";
    }

    private static string OfObjective(string objective)
    {
        string subject = TitleOf(objective);
        string whole = WithoutTrailers(objective);
        return whole == subject ? subject : $"{subject}\n\n{whole}";
    }

    /// <summary>Nobody but the orchestrator says how a check ended.</summary>
    private static string WithoutTrailers(string text) => string.Join(
        '\n', text.ReplaceLineEndings("\n").Split('\n').Where(line => !line.TrimStart().StartsWith(Trailer, StringComparison.OrdinalIgnoreCase)).Select(line => Visible.Of(line.TrimEnd()))).Trim();

    private static string OnOneLine(string text) => Visible.Of(text.ReplaceLineEndings(" ").Trim());
}
