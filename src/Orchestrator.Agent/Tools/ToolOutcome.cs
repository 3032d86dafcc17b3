namespace Orchestrator.Agent.Tools;

/// <summary>How a tool call stands.</summary>
public abstract record ToolOutcome
{
    /// <summary>Why a call was never started on a disk with hardly any room.</summary>
    public const string NoSpace = "no_space";

    private ToolOutcome()
    {
    }

    /// <summary>It still runs; ask again with the same effect id.</summary>
    public sealed record Running : ToolOutcome;

    /// <summary>It ended and its end is recorded.</summary>
    public sealed record Finished(ToolResult Result) : ToolOutcome;

    /// <summary>It was started, and that it finished can't be proven. It is not run again.</summary>
    public sealed record Interrupted(ToolResult Result, string Reason) : ToolOutcome;

    /// <summary>It may have been started on a host that was lost, and is not run again; the files are those of before.</summary>
    /// <param name="Restored">What they were restored to, in words.</param>
    public sealed record HostLost(string Restored) : ToolOutcome;

    /// <summary>It was never started, and won't be.</summary>
    public sealed record NeverStarted(string Reason) : ToolOutcome;
}

/// <summary>The raw facts of a tool call: what the observation is made of.</summary>
public sealed record ToolResult
{
    /// <summary>The process's exit code; for a tool without a process 0 for success and 1 for an error that the model can mend.</summary>
    public required int ExitCode { get; init; }

    /// <summary>What the tool says, whole; bytes, as a command wrote them.</summary>
    public required ReadOnlyMemory<byte> Output { get; init; }

    /// <summary>Bytes the command wrote, of which <see cref="Output"/> holds at most the spool's limit.</summary>
    public required long OutputBytes { get; init; }

    public EndReason End { get; init; } = EndReason.Exited;

    public DateTimeOffset? StartedAt { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>What a screen shows behind the call, as a PNG; null for a tool without one.</summary>
    public ReadOnlyMemory<byte>? Screenshot { get; init; }

    /// <summary>The workspace may have changed.</summary>
    public bool MayHaveChangedFiles { get; init; } = true;

    /// <summary>What it reached, or tried to reach, through the network; null if it had none.</summary>
    public NetworkUse? Network { get; init; }

    /// <summary>The file that the call showed the model, or had it write; null where there is none, or nobody can tell.</summary>
    public FileVersion? File { get; init; }
}

/// <summary>A file as it was at a moment.</summary>
/// <param name="Path">Its path in the sandbox.</param>
/// <param name="Hash">SHA-256 of its bytes, lower-case hexadecimal.</param>
public sealed record FileVersion(string Path, string Hash);

/// <summary>Why a command ended.</summary>
public enum EndReason
{
    Exited,
    Signal,
    Timeout,
    Canceled,
    OutOfMemory,
    DiskFull,
    OutOfProcesses,
    SupervisorLost,
    HostLost,
}
