using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake;

/// <summary>What asks for a run, and who may ask.</summary>
public sealed record IntakeTrigger
{
    /// <summary>What somebody is to a repository who may label its issues, and is not said to be more.</summary>
    public const string MayLabel = "COLLABORATOR";

    public static readonly IReadOnlyList<string> UsualAssociations = ["OWNER", "MEMBER", MayLabel];

    public string? Label { get; init; }

    public string? Command { get; init; }

    public IReadOnlyList<string> Authors { get; init; } = [];

    public IReadOnlyList<string> Associations { get; init; } = UsualAssociations;

    public IReadOnlyDictionary<string, string> People { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a label is the one that asks; ticket systems don't tell capitals apart.</summary>
    public bool IsLabel(string? label) => Label is not null && Label.Equals(label, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a comment asks: the command is its whole first line, so that neither a quotation nor a mention of it is one.</summary>
    public bool IsCommand(string comment) => Command is not null && comment.AsSpan(0, EndOfLine(comment)).TrimEnd().SequenceEqual(Command);

    /// <param name="person">Who asks, as the ticket system names them.</param>
    /// <param name="isProgram">Whether the ticket system says that it is none of flesh and blood.</param>
    /// <param name="association">What they are to the repository; null where the system doesn't say: then they have to be named.</param>
    /// <returns>Why they may not ask, as a sentence; null if they may.</returns>
    public string? RefusalOf(string person, bool isProgram, string? association) =>
        Authors.Contains(person, StringComparer.OrdinalIgnoreCase) ? null
        : isProgram || person.EndsWith("[bot]", StringComparison.OrdinalIgnoreCase) ? $"{person} is a program, and not named under Trigger:Authors."
        : association is null ? $"{person} is not named under Trigger:Authors."
        : Associations.Contains(association, StringComparer.OrdinalIgnoreCase) ? null
        : $"{person} ({association}) may not ask for runs.";

    /// <summary>Who somebody is here; those that settings don't know are named with their host, as in <c>github:anna</c>.</summary>
    public string PersonOf(TicketHost host, string called) =>
        People.FirstOrDefault(known => known.Key.Equals(called, StringComparison.OrdinalIgnoreCase)).Value ?? $"{host.ToString().ToLowerInvariant()}:{called}";

    private static int EndOfLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : text.Length;
}
