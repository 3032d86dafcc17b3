using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Tests.Compactions;

/// <summary>In which order a model is shown what a compaction left.</summary>
public sealed class PromptTests
{
    private static readonly Origin Claude = new(Dialect.Messages, "claude");
    private static readonly Origin Gpt = new(Dialect.Responses, "gpt");

    [Fact]
    public void SummaryInWords_OrOfResponses_ComesBehindWhatIsPinned()
    {
        Assert.Equal(["rules", "task", "ledger", "in words", "newest", "result"], Shown(TranscriptEntry.User(1, "in words"), Claude));
        Assert.Equal(["rules", "task", "ledger", "{}", "newest", "result"], Shown(TranscriptEntry.ProviderItem(1, "{}"u8.ToArray(), Gpt), Gpt));
    }

    [Fact]
    public void CompactionOfMessages_DropsWhatIsBeforeIt_SoNothingIsButInstructions() =>
        Assert.Equal(["rules", "{}", "task", "ledger", "newest", "result"], Shown(TranscriptEntry.ProviderItem(1, "{}"u8.ToArray(), Claude), Claude));

    [Fact]
    public void Screenshot_GoesWithTheResultThatItBelongsTo()
    {
        TranscriptEntry[] transcript =
        [
            TranscriptEntry.User(0, "task"),
            TranscriptEntry.ProviderItem(1, "old"u8.ToArray(), Gpt),
            TranscriptEntry.Observation(1, "call-1", "old result"),
            TranscriptEntry.Screenshot(1, "call-1", "old screen"u8.ToArray()),
            TranscriptEntry.ProviderItem(2, "newest"u8.ToArray(), Gpt),
            TranscriptEntry.Observation(2, "call-2", "result"),
            TranscriptEntry.Screenshot(2, "call-2", "screen"u8.ToArray()),
        ];

        IReadOnlyList<PromptItem> prompt = TranscriptEntry.PromptOf(Prompt.Of(transcript, new Replacement(1, 3, "ledger", TranscriptEntry.User(1, "summary"))));

        var output = Assert.IsType<PromptItem.CallOutput>(prompt[^1]);
        Assert.Equal(("call-2", "screen"), (output.CallId, System.Text.Encoding.UTF8.GetString(output.Screenshot!.Value.Span)));
        Assert.Single(prompt.OfType<PromptItem.CallOutput>());
    }

    private static IEnumerable<string> Shown(TranscriptEntry summary, Origin origin)
    {
        TranscriptEntry[] transcript =
        [
            TranscriptEntry.Instructions("rules"),
            TranscriptEntry.User(0, "task"),
            TranscriptEntry.ProviderItem(1, "old"u8.ToArray(), origin),
            TranscriptEntry.Observation(1, "call-1", "old result"),
            TranscriptEntry.ProviderItem(2, "newest"u8.ToArray(), origin),
            TranscriptEntry.Observation(2, "call-2", "result"),
        ];
        return Prompt.Of(transcript, new Replacement(1, 2, "ledger", summary)).Select(entry => System.Text.Encoding.UTF8.GetString(entry.Body.Span));
    }
}
