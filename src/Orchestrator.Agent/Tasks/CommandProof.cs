using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Tasks;

/// <summary>Judges by its text whether a success command could fail at all.</summary>
internal static partial class CommandProof
{
    /// <summary>
    /// The last command of a line decides its exit code. It proves something if it can fail for the work's sake, or if it runs
    /// only after a command that can.
    /// </summary>
    public static bool ProvesNothing(string line)
    {
        string script = Comments().Replace(line, string.Empty).Trim().TrimEnd(';');
        if (Shell().Match(script) is { Success: true } shell)
        {
            return ProvesNothing(shell.Groups["script"].Value);
        }

        if (StopsAtFailure().IsMatch(script))
        {
            return Separators().Split(script).All(IsTrivial);
        }

        string last = Sequence().Split(script)[^1];
        if (Alternative().Split(last)[^1] is { } rescue && rescue != last && IsTrivial(rescue))
        {
            return true;
        }

        string[] required = Conjunction().Split(last);
        return required.All(command => IsTrivial(Pipe().Split(command)[^1]));
    }

    private static bool IsTrivial(string command) => Trivial().IsMatch(command);

    [GeneratedRegex(@"(?<=^|\s)#.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"^(ba|da|z)?sh\s+-c\s+(?<quote>[""'])(?<script>.*)\k<quote>$", RegexOptions.Singleline)]
    private static partial Regex Shell();

    [GeneratedRegex(@"^\s*set\s+-\w*e|pipefail")]
    private static partial Regex StopsAtFailure();

    [GeneratedRegex(@"&&|\|\||[;\n|]")]
    private static partial Regex Separators();

    [GeneratedRegex(@";|\n")]
    private static partial Regex Sequence();

    [GeneratedRegex(@"\|\|")]
    private static partial Regex Alternative();

    [GeneratedRegex(@"&&")]
    private static partial Regex Conjunction();

    [GeneratedRegex(@"(?<!\|)\|(?!\|)&?")]
    private static partial Regex Pipe();

    /// <summary>
    /// Commands that end with 0 whatever was done: constants, printing, looking, installing, asking for a version. Also sentences
    /// for a person, which no shell can run.
    /// </summary>
    [GeneratedRegex(
        """
        ^\s*(\w+=\S*\s+)*(
          (/usr)?(/bin/)?true | : | exit(\s+0)? | wait | !\s*false | (/bin/)?(echo|printf|ls|pwd|date|sleep|cat|cd|tee|head|tail|wc|sort|which|whoami|env|uname|touch|mkdir|sync|tree|find|set|export|yes)\b.*
          | \[{1,2}\s*(?<same>["']?\w+["']?)\s*(=|==|-eq)\s*\k<same>\s*\]{1,2} | test\s+(?<same>["']?\w+["']?)\s*(=|==|-eq)\s*\k<same>
          | git\s+(status|log|show|branch|diff(?!.*--(exit-code|quiet|check)))\b.*
          | \S+\s+(--version|-V|--help|-h|version|help)\s*
          | (npm|pnpm|yarn|bun)\s+(ci|i|install)\b.* | (python[\d.]*\s+-m\s+)?pip[\d.]*\s+install\b.*
          | python[\d.]*\s+-c\s+["'](pass|print\([^()]*\)|exit\(0?\))["'] | node\s+-e\s+["'](console\.log\([^()]*\))?["']
          | (todo|tbd|n/?a|none|manual(ly)?|ask|check\s+(that|if|whether|it|manually)|review|look|see|verify\s+(that|it|manually)|make\s+sure|works?|done|ok)\b(?!\.\w).*
        )?\s*$
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Trivial();
}
