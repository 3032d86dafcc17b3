namespace Orchestrator.Agent.Hosts;

/// <summary>Which host holds a run's workspace.</summary>
/// <param name="Run">The run.</param>
/// <param name="Host">The host.</param>
/// <param name="IsLive">Its lease isn't over.</param>
/// <param name="Epoch">Counts the takeovers; 0 for a run from before there were any, which nobody takes over.</param>
public sealed record HeldWorkspace(string Run, ToolHost Host, bool IsLive, long Epoch)
{
    /// <summary>False from a takeover until the files have been restored.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>What the newest takeover restored, in words; null if there was none.</summary>
    public string? Restored { get; init; }

    /// <summary>How many calls changed files that could not be restored, and the model hasn't been told yet.</summary>
    public int LostCalls { get; init; }

    /// <summary>Another host may take it over.</summary>
    public bool CanBeTaken => !IsLive && Epoch > 0;
}

/// <summary>What a takeover restores a workspace to.</summary>
/// <param name="Snapshot">The newest snapshot that was committed; null if there is none, and the commit is what there is.</param>
/// <param name="InWords">What that is.</param>
/// <param name="LostCalls">Calls after it that changed files of which no snapshot could be taken.</param>
public sealed record RestorePoint(string? Snapshot, string InWords, int LostCalls)
{
    /// <summary>The run's workspace was laid out to the end; else what there is of it is part of a beginning, and it is laid out anew.</summary>
    public bool IsPrepared { get; init; }
}
