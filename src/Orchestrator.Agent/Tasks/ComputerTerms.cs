namespace Orchestrator.Agent.Tasks;

/// <summary>A screen that a run may act on, and what is on it.</summary>
public sealed record ComputerTerms
{
    /// <summary>Points of its narrower or wider side, at least and at most.</summary>
    public const int LeastSide = 320;
    public const int MostSide = 3840;

    public int Width { get; init; } = 1280;

    public int Height { get; init; } = 800;

    /// <summary>A command that runs beside it, in the same sandbox, from the workspace; null for none.</summary>
    public string? Start { get; init; }

    /// <summary>The page that a browser shows; null for no browser.</summary>
    public string? Url { get; init; }
}
