namespace Orchestrator.TaskHub.Engine;

/// <summary>How long an item rests that every worker at hand has refused.</summary>
internal static class RefusalRest
{
    private const int MostFourfolds = 10;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Four times as long after each further attempt, and never so long that nobody would wait for it.</summary>
    public static TimeSpan After(int attempts, TimeSpan first)
    {
        TimeSpan rest = first * Math.Pow(4, Math.Min(attempts - 1, MostFourfolds));
        return rest < Longest ? rest : Longest;
    }
}
