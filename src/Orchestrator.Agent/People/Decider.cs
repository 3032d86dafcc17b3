namespace Orchestrator.Agent.People;

/// <summary>A person who decides, as whoever takes the decision in knows them: from a token, or as the user of this machine.</summary>
public sealed record Decider
{
    /// <summary>What votes are unique by.</summary>
    public required string Subject { get; init; }

    public required string Name { get; init; }

    /// <summary>Null where the deployment has no tenants.</summary>
    public string? Tenant { get; init; }

    public IReadOnlyList<string> Roles { get; init; } = [];

    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Whoever can write the data folder could do everything anyway.</summary>
    public bool HasEveryRole { get; init; }

    /// <summary>Those who have delegated their decisions to this person for now, with their own roles and teams.</summary>
    public IReadOnlyList<Person> ActsFor { get; init; } = [];

    /// <summary>The user of this machine, who has every role; separation of duties holds for them, too.</summary>
    public static Decider Local(string user) => new() { Subject = user, Name = user, HasEveryRole = true };

    /// <inheritdoc cref="Person.Is"/>
    public bool Is(string? called) => Person.IsCalled(called, Subject, Name);
}
