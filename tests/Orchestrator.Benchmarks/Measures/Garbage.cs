namespace Orchestrator.Benchmarks.Measures;

/// <summary>What nobody refers to any more, but the process still holds.</summary>
internal static class Garbage
{
    /// <summary>Gives it back to the system, so that resident memory is what is in use.</summary>
    public static void Collect()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
