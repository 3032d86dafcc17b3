namespace Orchestrator.Agent.Compactions;

/// <summary>What a compaction must free to be worth having, so that none follows another without end.</summary>
internal static class ShrinkGuard
{
    /// <summary>Per cent of the tokens before.</summary>
    public const int LeastFreed = 30;

    /// <summary>Rounded down, so that what is told as 30 % is.</summary>
    public static long PercentFreed(long before, long after) => before == 0 ? 0 : (long)Math.Floor((before - after) * 100m / before);

    public static bool FreesEnough(long before, long after) => (before - after) * 100 >= before * LeastFreed;
}
