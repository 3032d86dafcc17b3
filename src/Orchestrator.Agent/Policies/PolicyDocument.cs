namespace Orchestrator.Agent.Policies;

/// <summary>A deployment's policy: <c>policies.yaml</c>, read and checked.</summary>
public sealed record PolicyDocument
{
    public static PolicyDocument Empty { get; } = new();

    /// <summary>Names it by its content; empty for none.</summary>
    public string Version { get; init; } = string.Empty;

    public IReadOnlyList<PolicyRule> Rules { get; init; } = [];

    public CheckpointAsks Checkpoints { get; init; } = new();

    /// <summary>All terms on which people may be asked under it, with what they are those of.</summary>
    public IEnumerable<(string Place, AskTerms Terms)> AllTerms =>
        Rules.Where(rule => rule.Terms is not null).Select(rule => ($"rules.{rule.Id}", rule.Terms!)).Concat(Checkpoints.All);
}

/// <summary>The terms of questions, by kind of checkpoint.</summary>
public sealed record CheckpointAsks
{
    /// <summary>Those of calls whose rule has none of its own.</summary>
    public AskTerms Tool { get; init; } = new();

    public AskTerms Plan { get; init; } = new();

    public AskTerms Final { get; init; } = new();

    public AskTerms Landing { get; init; } = new();

    public AskTerms Budget { get; init; } = new();

    public AskTerms Stuck { get; init; } = new();

    public AskTerms Compaction { get; init; } = new();

    public IEnumerable<(string Place, AskTerms Terms)> All =>
    [
        ("checkpoints.tool", Tool), ("checkpoints.plan", Plan), ("checkpoints.final", Final), ("checkpoints.landing", Landing),
        ("checkpoints.budget", Budget), ("checkpoints.stuck", Stuck), ("checkpoints.compaction", Compaction),
    ];
}
