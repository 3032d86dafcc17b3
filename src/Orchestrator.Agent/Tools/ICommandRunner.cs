using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tools;

/// <summary>
/// Runs commands in the sandbox under a supervisor that outlives this process. A command is named by its folder: whoever asks
/// with the same folder finds it running or ended, and it is started at most once.
/// </summary>
public interface ICommandRunner
{
    Task<ToolOutcome> RunAsync(SandboxedCommand command, CancellationToken cancellationToken);

    /// <summary>Whether an effect has a folder, and so may have started, whatever the journal still knows of it.</summary>
    bool HasBegun(string folder);

    /// <summary>
    /// Asks for the end of the command that the folder names, whoever runs or follows it; its outcome then says so. Ending takes as
    /// long as the command's grace allows, and asking twice is asking once.
    /// </summary>
    Task CancelAsync(string folder, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the commands whose folders lie in this one and that still run, and the servers of tools that its calls spoke to, and returns when
    /// none does any more.
    /// </summary>
    /// <exception cref="IOException">One doesn't end within its grace and a margin; asking again is harmless.</exception>
    Task EndAllAsync(string parent, CancellationToken cancellationToken);

    /// <summary>The same for those that no call waits for: a run's sessions, which read input, and its servers.</summary>
    /// <exception cref="IOException">One doesn't end within its grace and a margin; asking again is harmless.</exception>
    Task EndSessionsAsync(string parent, CancellationToken cancellationToken);
}

/// <summary>A shell command to run in the sandbox.</summary>
public sealed record SandboxedCommand
{
    /// <summary>The folder that names it and holds its intent, lock, start, spool and end. Its parent exists.</summary>
    public required string Folder { get; init; }

    /// <summary>The shell text, as bash is given it.</summary>
    public required string Script { get; init; }

    public required Workspace Workspace { get; init; }

    /// <summary>The longest the command may run, by the machine's boot clock.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long this call follows the command before it returns <see cref="ToolOutcome.Running"/>.</summary>
    public required TimeSpan FollowFor { get; init; }

    /// <summary>How it shares working directory and exported variables with the workspace's other commands.</summary>
    public ShellUse Shell { get; init; }

    /// <summary>It sets the workspace up: it may write to the package caches.</summary>
    public bool IsSetup { get; init; }

    /// <summary>What it may reach through the network; nothing if it is empty.</summary>
    public IReadOnlyList<EgressGrant> Egress { get; init; } = [];

    /// <summary>A folder in which the command's display has its socket, so that it can be reached from outside; null for a command without one.</summary>
    public string? DisplaySockets { get; init; }

    /// <summary>It reads input from a pipe in its folder, which has no end; else it has none.</summary>
    public bool HasInput { get; init; }
}

/// <summary>How a command shares working directory and exported variables with the workspace's other commands.</summary>
public enum ShellUse
{
    /// <summary>Not at all.</summary>
    Own,

    /// <summary>It begins with them.</summary>
    Taken,

    /// <summary>It begins with them, and leaves its own to the next one.</summary>
    Kept,
}
