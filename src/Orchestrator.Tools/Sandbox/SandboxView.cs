using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Tools.Sandbox;

/// <summary>What one program in the sandbox sees and reaches, beside what all of them do.</summary>
/// <param name="Workspace">What is shown at /workspace, writable.</param>
internal sealed record SandboxView(Workspace Workspace)
{
    /// <summary>The shell's own folder is shown too, writable.</summary>
    public bool ShowsShell { get; init; }

    /// <summary>A file shown read-only as <see cref="SandboxProfile.ScriptFile"/>; null for none.</summary>
    public string? Script { get; init; }

    /// <summary>It may write to the workspace's package caches.</summary>
    public bool IsSetup { get; init; }

    /// <summary>The socket that leads to the network; null if nothing does.</summary>
    public string? Egress { get; init; }

    /// <summary>A folder shown, writable, where a display puts its socket; null for none.</summary>
    public string? DisplaySockets { get; init; }
}
