namespace Orchestrator.Supervisor;

/// <summary>How a command ended; written after its files reached the disk.</summary>
internal sealed record CommandExit
{
    public required int ExitCode { get; init; }

    public required CommandEnd End { get; init; }

    public required long OutputBytes { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Elapsed { get; init; }
}

/// <summary>Why a command ended.</summary>
internal enum CommandEnd
{
    Exited,
    Signal,
    Timeout,
    Canceled,

    /// <summary>Its processes took more memory together than they may.</summary>
    OutOfMemory,

    /// <summary>The disk of its tree was nearly full.</summary>
    DiskFull,

    /// <summary>It had more processes than it may.</summary>
    OutOfProcesses,

    /// <summary>The sandbox could not be set up, so the command never ran; the output says why.</summary>
    NotRun,
}
