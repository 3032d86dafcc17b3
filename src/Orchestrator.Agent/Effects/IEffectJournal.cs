using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Effects;

/// <summary>The journal of tool calls: an intent before a call may start, one end for ever.</summary>
public interface IEffectJournal
{
    Task<EffectRecord?> FindAsync(EffectId effect, CancellationToken cancellationToken);

    /// <summary>
    /// Records the intent and, where the call needs an approval, uses that approval up in the same transaction. Beginning the
    /// same effect again changes nothing. A loss of power may undo it for calls that note their start on this machine, too.
    /// </summary>
    /// <returns>False if the approval isn't there, isn't an approval, or was used by another effect; or if the always-rule holds no longer.</returns>
    Task<bool> BeginAsync(EffectRecord intent, RunEvent started, CancellationToken cancellationToken);

    /// <summary>Records the end with its whole output and what the model is shown of it; the first end wins.</summary>
    /// <returns>The end that is stored.</returns>
    Task<EffectRecord> FinishAsync(
        EffectRecord end, ReadOnlyMemory<byte> output, IReadOnlyList<TranscriptEntry> shown, RunEvent happened, CancellationToken cancellationToken);

    /// <summary>What the newest call of a tool wrote that ended well; null if there is none.</summary>
    Task<string?> FindNewestOutputAsync(string run, string tool, CancellationToken cancellationToken);

    /// <summary>The signatures of the calls before one, as many as are looked back on, the newest last; null for a call that never ended.</summary>
    Task<IReadOnlyList<string?>> ListSignaturesAsync(EffectId before, int most, CancellationToken cancellationToken);

    /// <summary>The calls before one that were begun and are over, but for those that only read; the newest first, as many as are asked for.</summary>
    Task<IReadOnlyList<EffectRecord>> ListBeforeAsync(EffectId before, int most, CancellationToken cancellationToken);

    /// <summary>Notes what the files are before the first call; the first note stays.</summary>
    Task SetFirstSnapshotAsync(string run, string snapshot, CancellationToken cancellationToken);

    /// <summary>
    /// What the files were behind a turn, or are behind the newest call of it that is over. Null if no call changed any and none was taken
    /// before them; empty if nobody knows.
    /// </summary>
    Task<string?> FindSnapshotAsync(string run, int turn, CancellationToken cancellationToken);

    /// <summary>What the files are before a call: behind the newest one of the run before it. Null and empty as above.</summary>
    Task<string?> FindSnapshotBeforeAsync(EffectId call, CancellationToken cancellationToken);

    /// <summary>The files that the calls of a run showed the model, or had it write: of each its newest version, in no order.</summary>
    Task<IReadOnlyList<SeenFile>> ListSeenFilesAsync(string run, CancellationToken cancellationToken);
}

/// <summary>A file that the model has seen.</summary>
/// <param name="Path">Its path in the sandbox.</param>
/// <param name="Hash">SHA-256 of what was seen, lower-case hexadecimal.</param>
/// <param name="Turn">The turn in which it was seen last.</param>
public sealed record SeenFile(string Path, string Hash, int Turn);
