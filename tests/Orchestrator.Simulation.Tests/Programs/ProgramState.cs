namespace Orchestrator.Simulation.Tests.Programs;

/// <summary>A program at work: its input, what it carries from one generation to the next, and its result.</summary>
internal sealed record ProgramState
{
    public IReadOnlyList<Step> Steps { get; init; } = [];

    /// <summary>The next step.</summary>
    public int At { get; init; }

    /// <summary>All that its steps came to, in their order.</summary>
    public long Sum { get; init; }

    /// <summary>Events that it took, its children's too.</summary>
    public IReadOnlyList<int> Seen { get; init; } = [];

    /// <summary>Timers that fired before their time.</summary>
    public int Early { get; init; }

    public ProgramState Plus(long value) => this with { Sum = unchecked((Sum * 1_000_003) + value) };

    public ProgramState With(ProgramState child) =>
        Plus(child.Sum) with { Seen = [.. Seen, .. child.Seen], Early = Early + child.Early };
}
