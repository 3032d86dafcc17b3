using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Policies;

/// <summary>
/// Whether a pattern means what a call does. Ask and deny rules match the whole text or any simple command in it; an allow rule must match every
/// simple command of a line that could be read, else the call asks.
/// </summary>
internal static class CommandMatch
{
    /// <returns>What the rule says; null if it isn't about the call.</returns>
    public static Ruling? Judge(string? pattern, Ruling ruling, string tool, string subject)
    {
        if (pattern is null)
        {
            return ruling;
        }

        IReadOnlyList<string>? commands = CommandsOf(tool, subject);
        bool matchesAny = Wildcard.IsMatch(pattern, subject)
            || (commands ?? ShellCommands.Fragments(subject)).SelectMany(CommandForms.Of).Any(command => Wildcard.IsMatch(pattern, command));
        if (!matchesAny)
        {
            return null;
        }

        bool matchesAll = commands is not null && commands.All(command => Wildcard.IsMatch(pattern, command));
        return ruling == Ruling.Allow && !matchesAll ? Ruling.Ask : ruling;
    }

    /// <summary>Whether every simple command begins with these words; false for what can't be read.</summary>
    public static bool AllBeginWith(string prefix, string tool, string subject) =>
        CommandsOf(tool, subject) is { Count: > 0 } commands && commands.All(command => BeginsWith(prefix, command));

    /// <summary>With these words, not with others that only begin so.</summary>
    internal static bool BeginsWith(string prefix, string command) => command.StartsWith(prefix, StringComparison.Ordinal)
        && (command.Length == prefix.Length || command[prefix.Length] == ' ' || prefix.EndsWith(' '));

    /// <summary>A redirection writes wherever it likes, whatever the command before it is.</summary>
    private static IReadOnlyList<string>? CommandsOf(string tool, string subject) =>
        tool.StartsWith(ToolNames.ServedPrefix, StringComparison.Ordinal) ? [subject] : ShellCommands.Split(subject);
}
