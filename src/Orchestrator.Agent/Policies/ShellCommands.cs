using System.Text;

namespace Orchestrator.Agent.Policies;

/// <summary>Takes a shell line apart into its simple commands, as far as that can be done without running it.</summary>
internal static class ShellCommands
{
    /// <returns>
    /// The simple commands, white space folded; null if the line uses what can't be judged by its text: a substitution, a
    /// here-document, a function, an unclosed quote.
    /// </returns>
    public static IReadOnlyList<string>? Split(string line)
    {
        var commands = new List<string>();
        var current = new StringBuilder();
        char quote = '\0';
        for (int index = 0; index < line.Length; index++)
        {
            char character = line[index];
            if (quote != '\0')
            {
                if (quote == '"' && (character == '`' || (character == '$' && Next(line, index) == '(')))
                {
                    return null;
                }

                if (quote == '"' && character == '\\' && index + 1 < line.Length)
                {
                    current.Append(character).Append(line[++index]);
                    continue;
                }

                quote = character == quote ? '\0' : quote;
                current.Append(character);
                continue;
            }

            switch (character)
            {
                case '\'' or '"':
                    quote = character;
                    current.Append(character);
                    break;
                case '\\' when index + 1 < line.Length:
                    current.Append(character).Append(line[++index]);
                    break;
                case '`' or '(' or ')' or '{' or '}':
                case '<' when Next(line, index) == '<':
                    return null;
                case '&' when index > 0 && line[index - 1] == '>':
                    current.Append(character);
                    break;
                case ';' or '&' or '|' or '\n':
                    Flush();
                    break;
                case ' ' or '\t' or '\r':
                    current.Append(current.Length > 0 && current[^1] != ' ' ? " " : string.Empty);
                    break;
                default:
                    current.Append(character);
                    break;
            }
        }

        Flush();
        return quote == '\0' ? commands : null;

        void Flush()
        {
            string command = current.ToString().Trim();
            current.Clear();
            if (command.Length > 0)
            {
                commands.Add(command);
            }
        }
    }

    /// <summary>What could be commands in a line that <see cref="Split"/> gives up on: enough to ask about one, too little to allow one.</summary>
    public static IReadOnlyList<string> Fragments(string line) =>
    [
        .. line.Split([';', '&', '|', '\n', '(', ')', '{', '}', '`', '"', '\''], StringSplitOptions.RemoveEmptyEntries)
            .Select(fragment => string.Join(' ', fragment.Split(' ', '\t', '\r').Where(word => word.Length > 0)))
            .Where(fragment => fragment.Length > 0),
    ];

    private static char Next(string line, int index) => index + 1 < line.Length ? line[index + 1] : '\0';
}
