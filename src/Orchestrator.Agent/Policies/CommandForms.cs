using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Policies;

/// <summary>
/// Other ways to write a simple command: what is left of it without assignments, keywords and programs that only start another
/// one. Enough to ask about a command, or to deny it; never used to allow one.
/// </summary>
internal static partial class CommandForms
{
    private const int DeepestNesting = 4;

    /// <returns>The command itself, and what it comes down to.</returns>
    public static IEnumerable<string> Of(string command) => Of(command, DeepestNesting);

    private static IEnumerable<string> Of(string command, int depth)
    {
        yield return command;
        string bare = Prefixes().Replace(command, string.Empty);
        string plain = Quotes().Replace(bare, string.Empty);
        string byName = Folder().Replace(plain, string.Empty);
        foreach (string form in new[] { bare, plain, byName }.Distinct().Where(form => form != command))
        {
            yield return form;
        }

        if (depth > 0 && Interpreter().Match(bare) is { Success: true } interpreter)
        {
            string script = interpreter.Groups["script"].Value;
            IEnumerable<string> inner = ShellCommands.Split(script) ?? ShellCommands.Fragments(script);
            foreach (string form in inner.SelectMany(part => Of(part, depth - 1)))
            {
                yield return form;
            }
        }
    }

    /// <summary>Assignments, redirections, keywords, and programs whose arguments are a command, with their own options.</summary>
    [GeneratedRegex(
        @"^((\w+=(""[^""]*""|'[^']*'|[^\s""'])*|\d*[<>]+\s?\S+|if|then|else|elif|while|until|do|!)\s+"
        + @"|(\S*/)?(sudo|doas|env|command|exec|builtin|nohup|setsid|nice|time|timeout|xargs|stdbuf)\s+(-\S+\s+|\d\S*\s+)*)+",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Prefixes();

    [GeneratedRegex(@"[""'\\]")]
    private static partial Regex Quotes();

    [GeneratedRegex(@"^[^\s=]*/(?=[^\s/]+)")]
    private static partial Regex Folder();

    [GeneratedRegex(@"^((\S*/)?(ba|da|z|k)?sh\s+(-\S+\s+)*-\w*c|eval)\s+(?<quote>[""']?)(?<script>.*?)\k<quote>$", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Interpreter();
}
