using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tools;

/// <summary>
/// Runs commands in the sandbox under a supervisor that outlives this process. A command is named by its folder: whoever asks
/// with the same folder finds it running or ended, and it is started at most once.
/// </summary>
public interface ICommandRunner
{
    Task<ToolOutcome> RunAsync(SandboxedCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for the end of the command that the folder names, whoever runs or follows it; its outcome then says so. Ending takes as
    /// long as the command's grace allows, and asking twice is asking once.
    /// </summary>
    Task CancelAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Ends the commands whose folders lie in this one and that still run, and returns when none does any more.</summary>
    /// <exception cref="IOException">One doesn't end within its grace and a margin; asking again is harmless.</exception>
    Task EndAllAsync(string parent, CancellationToken cancellationToken);
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

    /// <summary>Working directory and exported variables are taken from, and kept for, the workspace's other commands.</summary>
    public bool KeepsShell { get; init; }
}
