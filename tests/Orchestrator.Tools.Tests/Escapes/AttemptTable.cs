namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>The 64 ways out that are tried.</summary>
internal static class AttemptTable
{
    public static IReadOnlyList<Attempt> All { get; } =
        [.. FileAttempts.All, .. PersistenceAttempts.All, .. KernelAttempts.All, .. NetworkAttempts.All, .. ExhaustionAttempts.All];

    public static Attempt Number(int number) => All.Single(attempt => attempt.Number == number);
}
