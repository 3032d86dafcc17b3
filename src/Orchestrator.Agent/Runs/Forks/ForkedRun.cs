namespace Orchestrator.Agent.Runs.Forks;

/// <summary>A fork as programs are told of it.</summary>
/// <param name="RunId">The new run.</param>
/// <param name="ForkOf">The run it comes from.</param>
/// <param name="Turn">The turn behind which it goes its own way.</param>
/// <param name="NotUndone">What calls behind that turn did outside the workspace: that stays as it is.</param>
public sealed record ForkedRun(string RunId, string ForkOf, int Turn, IReadOnlyList<ForkedRun.Outside> NotUndone)
{
    public static ForkedRun Of(Fork fork) =>
        new(fork.RunId, fork.ForkOf, fork.Turn, [.. fork.NotUndone.Select(outside => new Outside(outside.Effect.Turn, outside.Tool, outside.What))]);

    /// <summary>A call behind the fork's turn that reached beyond the workspace.</summary>
    public sealed record Outside(int Turn, string Tool, string What);
}
