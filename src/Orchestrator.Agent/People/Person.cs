namespace Orchestrator.Agent.People;

/// <summary>Somebody who may be asked, as the roster has them.</summary>
/// <param name="Subject">What they are known by: the subject of a token, or the name of the local user.</param>
/// <param name="Name">How they are called.</param>
public sealed record Person(string Subject, string Name)
{
    public IReadOnlyList<string> Roles { get; init; } = [];

    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Whether a text, such as a run's requester, means this person.</summary>
    public bool Is(string? called) => IsCalled(called, Subject, Name);

    /// <summary>Whoever is kept from deciding is not let through by another case.</summary>
    internal static bool IsCalled(string? called, string subject, string name) => called is not null
        && (called.Equals(subject, StringComparison.OrdinalIgnoreCase) || called.Equals(name, StringComparison.OrdinalIgnoreCase));
}
