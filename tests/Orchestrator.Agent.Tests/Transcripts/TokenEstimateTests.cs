using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Tests.Transcripts;

public sealed class TokenEstimateTests
{
    private static readonly ToolDefinition Tool = new("ls", "Lists.", "{}", EffectClass.Contained);

    [Fact]
    public void FirstRequest_IsReckonedByItsBytes()
    {
        TranscriptEntry[] transcript = [TranscriptEntry.Instructions("abcd"), TranscriptEntry.User(0, "üü")];

        Assert.Equal(2 + 2 + 4, TokenEstimate.OfInput(transcript, [Tool], last: null));
        Assert.Equal(2 + 2 + 4, TokenEstimate.OfInput(transcript, [Tool], TokenUsage.None));
    }

    [Fact]
    public void LaterRequest_IsWhatWasBilledAndWhatCameSince()
    {
        TranscriptEntry[] transcript =
        [
            TranscriptEntry.Instructions(new string('x', 9_000)),
            TranscriptEntry.ProviderItem(1, new byte[6_000], new Origin(Dialect.Responses, "gpt-5.5")),
            TranscriptEntry.Observation(1, "c", new string('x', 300)),
        ];

        Assert.Equal(2_500 + 700 + 100, TokenEstimate.OfInput(transcript, [Tool], new TokenUsage(2_500, 2_000, 700)));
    }

    /// <summary>1280 x 800 points, by the head that every PNG has.</summary>
    [Fact]
    public void Picture_IsReckonedByItsPointsAndNotItsBytes()
    {
        byte[] png = [0x89, .. "PNG\r\n\x1a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 5, 0, 0, 0, 3, 32, .. new byte[100_000]];

        Assert.InRange(TokenEstimate.OfInput([TranscriptEntry.Screenshot(1, "c", png)], [], last: null), 1_400, 1_700);
        Assert.Equal(0, TokenEstimate.OfInput([TranscriptEntry.Screenshot(1, "c", new byte[3])], [], last: null));
    }
}
