using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Snapshots;

/// <summary>What <c>snapshots</c> found, as <c>--json</c> writes it.</summary>
/// <param name="Files">Files of the tree.</param>
/// <param name="Changed">Files that change between two snapshots.</param>
internal sealed record SnapshotReport(string Workload, Machine Machine, int Files, int Changed, IReadOnlyList<SnapshotRound> Rounds);

/// <summary>One tree, from its first snapshot to a restore of it. Times in seconds.</summary>
/// <param name="First">Everything is new.</param>
/// <param name="FirstStoredBytes">What it takes on the disk.</param>
/// <param name="Same">Nothing has changed.</param>
/// <param name="Next">Some files have.</param>
/// <param name="NextStoredBytes">What that adds on the disk.</param>
/// <param name="ChangedBytes">Bytes of the files that have changed.</param>
/// <param name="Back">The first snapshot restored over the changed tree, and checked.</param>
/// <param name="Fresh">The first snapshot restored to an empty folder, and checked.</param>
/// <param name="GitFirst">The floor: <c>git add --all</c> of the same tree to a repository beside it.</param>
/// <param name="GitSame">The same, nothing has changed.</param>
/// <param name="GitNext">The same, some files have.</param>
internal sealed record SnapshotRound(
    double First,
    long FirstStoredBytes,
    double Same,
    double Next,
    long NextStoredBytes,
    long ChangedBytes,
    double Back,
    double Fresh,
    double GitFirst,
    double GitSame,
    double GitNext)
{
    /// <summary>What a snapshot adds on the disk, for each byte of a file that changed.</summary>
    public double StoredShare => (double)NextStoredBytes / ChangedBytes;
}
