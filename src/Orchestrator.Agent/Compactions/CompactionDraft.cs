using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>A compaction before its summary is there: which entries it would replace, and what would stay.</summary>
internal sealed record CompactionDraft
{
    /// <summary>The newest turns that stay whole take at most this share of the tokens, but for the very newest, which always stays.</summary>
    private const decimal ShareOfTail = 0.2m;

    private readonly IReadOnlyList<TranscriptEntry> _transcript;
    private readonly IReadOnlyList<ToolDefinition> _tools;

    private CompactionDraft(IReadOnlyList<TranscriptEntry> transcript, IReadOnlyList<ToolDefinition> tools)
    {
        _transcript = transcript;
        _tools = tools;
    }

    /// <summary>The last turn whose entries it replaces; 0 if all that there is must stay.</summary>
    public required int Through { get; init; }

    public required string Pinned { get; init; }

    /// <summary>Tokens of a request now.</summary>
    public required long TokensBefore { get; init; }

    /// <param name="transcript">The whole transcript.</param>
    /// <param name="now">What the model is shown of it now.</param>
    /// <param name="tools">What it is offered.</param>
    /// <param name="pinned">The ledger.</param>
    public static CompactionDraft Of(
        IReadOnlyList<TranscriptEntry> transcript, Prompt now, IReadOnlyList<ToolDefinition> tools, string pinned)
    {
        long before = TokenEstimate.OfInput(now.Entries, tools, last: null);
        return new CompactionDraft(transcript, tools) { Through = Border(transcript, before), Pinned = pinned, TokensBefore = before };
    }

    /// <summary>What would stand in place of the old entries with that summary.</summary>
    public Replacement With(TranscriptEntry summary) => new(
        Through, _transcript.Count(entry => entry.Turn <= Through && Prompt.IsReplaceable(entry)), Pinned, summary);

    /// <summary>Tokens of a request with that in place.</summary>
    public long TokensAfter(Replacement replacement) =>
        TokenEstimate.OfInput(Prompt.Of(_transcript, replacement), _tools, last: null);

    /// <summary>Why it is not worth asking for a summary; null if it is.</summary>
    public string? Obstacle()
    {
        long least = TokensAfter(With(TranscriptEntry.User(Through, string.Empty)));
        return Through > 0 && ShrinkGuard.FreesEnough(TokensBefore, least)
            ? null
            : $"what must stay - instructions, messages, ledger, newest turns - takes {least:N0} of {TokensBefore:N0} tokens";
    }

    private static int Border(IReadOnlyList<TranscriptEntry> transcript, long before)
    {
        int newest = transcript[^1].Turn;
        int border = newest - 1;
        long tail = TokensOfTurn(transcript, newest);
        while (border > 0 && tail + TokensOfTurn(transcript, border) is var longer && longer <= before * ShareOfTail)
        {
            tail = longer;
            border--;
        }

        return Math.Max(border, 0);
    }

    private static long TokensOfTurn(IReadOnlyList<TranscriptEntry> transcript, int turn) =>
        TokenEstimate.Of(transcript.Where(entry => entry.Turn == turn));
}
