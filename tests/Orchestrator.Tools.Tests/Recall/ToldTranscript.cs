using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Tools.Tests.Recall;

/// <summary>A transcript in memory.</summary>
internal sealed class ToldTranscript : ITranscriptStore
{
    private readonly List<TranscriptEntry> _entries = [];

    public Task AppendAsync(string run, string key, IReadOnlyList<TranscriptEntry> entries, RunEvent? happened, CancellationToken cancellationToken)
    {
        _entries.AddRange(entries);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<TranscriptEntry>> ReadAsync(string run, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TranscriptEntry>>([.. _entries]);

    public Task<IReadOnlyList<TranscriptEntry>> ReadAfterAsync(string run, int turn, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TranscriptEntry>>([.. _entries.Where(entry => entry.Turn > turn || entry.Kind is EntryKind.Instructions or EntryKind.User)]);
}
