using Orchestrator.Supervisor.Egress;
using Orchestrator.Supervisor.Groups;

namespace Orchestrator.Supervisor;

/// <summary>What a supervisor is to run; it decides nothing of it.</summary>
internal sealed record CommandIntent
{
    /// <summary>Names what was asked; another hash in the same folder is a bug of the asker.</summary>
    public required string ArgumentsHash { get; init; }

    /// <summary>The sandbox's program and its arguments, the command's among them.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The whole environment, as in <c>HOME=/home/agent</c>.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>The longest it may run by the boot clock.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long it may go on after it was asked to end.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>Bytes of output that are kept.</summary>
    public required long OutputLimit { get; init; }

    /// <summary>The folder whose file system is synced before the end is recorded.</summary>
    public required string Tree { get; init; }

    /// <summary>The pipe that the command reads its input from; null if it has none.</summary>
    public required string? Input { get; init; }

    /// <summary>The file of the sandbox's filter of system calls; null on a machine that there is none for.</summary>
    public required string? SystemCallFilter { get; init; }

    /// <summary>What its processes may use together; null in an intent of a build before there were such limits.</summary>
    public TreeLimits? Limits { get; init; }

    /// <summary>What it may reach through the network; null for nothing.</summary>
    public IReadOnlyList<EgressRule>? Egress { get; init; }
}
