using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Effects;

/// <summary>What the journal knows of one tool call.</summary>
public sealed record EffectRecord
{
    public required EffectId Effect { get; init; }

    public required string Tool { get; init; }

    public required EffectClass Class { get; init; }

    /// <summary>What the call is, by content: a second dispatch with another hash is a bug, not a second call.</summary>
    public required string ArgumentsHash { get; init; }

    /// <summary>The approval that the call uses up; null where policy allows it.</summary>
    public string? ApprovalId { get; init; }

    /// <summary>The always-rule by which it runs; null for none.</summary>
    public string? AlwaysRule { get; init; }

    /// <summary>The workspace's epoch when the call was begun; 0 where nobody holds it.</summary>
    public long Epoch { get; init; }

    /// <summary>What it could reach through the network when it was begun, described; null for nothing.</summary>
    public string? Network { get; init; }

    public EffectState State { get; init; } = EffectState.Intent;

    public int? ExitCode { get; init; }

    public EndReason? End { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>The file that the call showed the model, or had it write; null where there is none, or nobody can tell.</summary>
    public FileVersion? File { get; init; }

    /// <summary>What the call and its result are known by (<see cref="Repetition"/>); null for one that never ended.</summary>
    public string? Signature { get; init; }

    /// <summary>What the workspace's files were behind the call; null if it changed none, empty if no snapshot could be taken.</summary>
    public string? Snapshot { get; init; }

    public bool IsOver => State != EffectState.Intent;
}

/// <summary>Where an effect stands.</summary>
public enum EffectState
{
    /// <summary>It may start, may run, or may have ended without anybody having seen it.</summary>
    Intent,

    Finished,

    /// <summary>It was started once; that it finished can't be proven.</summary>
    Interrupted,

    NeverStarted,
}
