using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;

namespace Orchestrator.Server.Dashboard.Policies;

/// <summary>The policy as its page shows it.</summary>
public sealed record PolicyView
{
    /// <summary>The one that holds.</summary>
    public required PolicyDocument Document { get; init; }

    /// <summary>What is wrong with the file, so that an older version holds; null if nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>Files and people are shown to those of the deployment's own tenant: they name those of all.</summary>
    public bool IsWhole { get; init; }

    /// <summary>All versions, the newest first.</summary>
    public IReadOnlyList<StoredPolicy> Versions { get; init; } = [];

    /// <summary>Null where the file is wrong.</summary>
    public Roster? Roster { get; init; }

    /// <summary>What is wrong with the list of people; null if nothing is.</summary>
    public string? RosterFault { get; init; }
}
