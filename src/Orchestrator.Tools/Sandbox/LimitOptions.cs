using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Orchestrator.Supervisor.Groups;

namespace Orchestrator.Tools.Sandbox;

/// <summary>What a command and all that it starts may use of the machine.</summary>
public sealed class LimitOptions
{
    public const string Section = "Sandbox:Limits";

    private const long UsualFreeBytes = 256L << 20;
    private const long SmallestShare = 64;

    /// <summary>Memory of all its processes and memory-backed files together; three quarters of the machine's unless set.</summary>
    [Range(16L << 20, 1L << 50)]
    public long? MemoryBytes { get; set; }

    /// <summary>Its processes and threads together.</summary>
    [Range(16, 1 << 22)]
    public int Processes { get; set; } = 4096;

    /// <summary>Processors' worth of time, as in 1.5; all of the machine unless set. It takes a control group.</summary>
    [Range(0.01, 4096)]
    public double? Processors { get; set; }

    /// <summary>
    /// What must stay free of the workspace's disk; 256 MiB unless set, less on a small one. A command that goes on to write much of what is left is
    /// stopped; below a quarter of it none runs.
    /// </summary>
    [Range(0, 1L << 50)]
    public long? FreeBytes { get; set; }

    /// <summary>The largest file a process may write.</summary>
    [Range(1L << 20, 1L << 44)]
    public long FileBytes { get; set; } = 8L << 30;

    /// <summary>Files one process may have open.</summary>
    [Range(64, 1 << 20)]
    public int OpenFiles { get; set; } = 16_384;

    /// <summary>Those of a tree of processes that works in the folder.</summary>
    internal TreeLimits Of(string folder) => new()
    {
        MemoryBytes = MemoryBytes ?? (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3),
        Processes = Processes,
        Processors = Processors,
        FreeBytes = FreeBytes ?? Math.Min(UsualFreeBytes, SizeOf(folder) / SmallestShare),
    };

    // Of a folder that is gone the command itself will say so.
    private static long SizeOf(string folder) => Directory.Exists(folder) ? new DriveInfo(folder).TotalSize : 0;
}

[OptionsValidator]
internal sealed partial class LimitOptionsValidator : IValidateOptions<LimitOptions>;
