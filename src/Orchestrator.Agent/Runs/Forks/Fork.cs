namespace Orchestrator.Agent.Runs.Forks;

/// <summary>A fork that is stored.</summary>
/// <param name="RunId">The new run.</param>
/// <param name="ForkOf">The run it comes from.</param>
/// <param name="Turn">The turn behind which it goes its own way.</param>
/// <param name="NotUndone">What calls behind that turn did outside the workspace: that stays as it is.</param>
public sealed record Fork(string RunId, string ForkOf, int Turn, IReadOnlyList<EffectOutside> NotUndone)
{
    /// <summary>It is of what was asked for now. False: something else was stored under that key.</summary>
    public bool IsSame { get; init; } = true;
}
