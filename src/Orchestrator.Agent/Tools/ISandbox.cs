using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tools;

/// <summary>The walls around everything that touches a workspace; for short helpers of the orchestrator itself, which end with it.</summary>
public interface ISandbox
{
    /// <summary>Finds out whether the sandbox can be set up here.</summary>
    /// <returns>Null if it can; otherwise what is missing and how to mend it.</returns>
    Task<string?> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Runs a program with arguments inside, with no network, and returns its bounded output.</summary>
    Task<SandboxOutput> RunAsync(Workspace workspace, IReadOnlyList<string> command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken);
}

/// <summary>What a program in the sandbox wrote.</summary>
public sealed record SandboxOutput(int ExitCode, ReadOnlyMemory<byte> Output, string Error);
