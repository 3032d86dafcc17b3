using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Tools.Snapshots;

/// <summary>How large a workspace may be that snapshots are taken of.</summary>
public sealed class SnapshotOptions
{
    public const string Section = "Tools:Snapshots";

    /// <summary>Files, folders and links.</summary>
    [Range(1, 10_000_000)]
    public int MostFiles { get; set; } = 500_000;

    /// <summary>Bytes of all files.</summary>
    [Range(1L << 10, 1L << 44)]
    public long MostBytes { get; set; } = 4L << 30;

    /// <summary>How long one snapshot waits for another of the same workspace.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan LockWait { get; set; } = TimeSpan.FromMinutes(2);
}

[OptionsValidator]
internal sealed partial class SnapshotOptionsValidator : IValidateOptions<SnapshotOptions>;
