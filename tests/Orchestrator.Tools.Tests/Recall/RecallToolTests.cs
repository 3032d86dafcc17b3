using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Tools.Tests.Recall;

public sealed class RecallToolTests : IDisposable
{
    private static readonly Origin Own = new(Dialect.Responses, "gpt-5.5");

    private readonly ToolRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Words_AreFoundWithTurnCallAndSpeaker()
    {
        await TellAsync(
            TranscriptEntry.Instructions("Work well with Grüße."),
            TranscriptEntry.User(0, "The task with Grüße."),
            Item(1, new { type = "message", content = new[] { new { type = "output_text", text = "I say grüße." } } }),
            Call(1, "c1", "ls"),
            Call(1, "c2", "grep Grüße"),
            TranscriptEntry.Observation(1, "c1", "nothing"),
            TranscriptEntry.Observation(1, "c2", "a line of Grüße here"),
            TranscriptEntry.User(1, "Grüße from a reviewer"));

        ToolResult result = await RecallAsync(new { words = "GRÜSSE grüße" });
        ToolResult found = await RecallAsync(new { words = "grüße" });

        Assert.Equal((1, "Nothing was found.\n"), (result.ExitCode, ToolRig.Text(result)));
        Assert.Equal(
            """
            the instructions:
                Work well with Grüße.
            the task:
                The task with Grüße.
            turn 1, said by you:
                I say grüße.
            turn 1, call 2 of bash:
                {"command":"grep Grüße"}
            turn 1, result of call 2 of bash:
                a line of Grüße here
            turn 1, told to you:
                Grüße from a reviewer

            """,
            ToolRig.Text(found));
    }

    [Fact]
    public async Task ManyPassages_TheNewestAreShownAndEachIsBounded()
    {
        await TellAsync([.. Enumerable.Range(1, 100).Select(turn => TranscriptEntry.User(turn, $"{new string('a', 5_000)} needle {turn} {new string('b', 5_000)}"))]);

        string text = ToolRig.Text(await RecallAsync(new { words = "needle" }));

        Assert.InRange(text.Length, 1_000, 20 * 500);
        Assert.Contains("turn 100, told to you", text, StringComparison.Ordinal);
        Assert.Contains("turn 81, told to you", text, StringComparison.Ordinal);
        Assert.DoesNotContain("turn 80, told to you", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeveralPassagesOfOneText_AreEachShownOnce()
    {
        await TellAsync(TranscriptEntry.User(1, $"needle one needle two{new string('.', 5_000)}needle three"));

        string text = ToolRig.Text(await RecallAsync(new { words = "needle" }));

        Assert.Equal(2, text.Split("turn 1, told to you:").Length - 1);
        Assert.Equal(4, text.Split("needle").Length);
        Assert.Contains("needle one needle two", text, StringComparison.Ordinal);
    }

    [Fact]
    public void SearchOfManyTexts_EndsWhenItsTimeIsOver()
    {
        int asked = 0;

        Assert.Throws<RegexMatchTimeoutException>(() => TranscriptSearch.Find(
            Enumerable.Range(1, 1_000).Select(turn => TranscriptEntry.User(turn, "hay")),
            new Regex("needle", RegexOptions.NonBacktracking),
            "recall",
            isOver: () => ++asked == 10));
        Assert.Equal(10, asked);
    }

    [Fact]
    public async Task PatternThatBacktracksForEver_EndsAtOnce()
    {
        await TellAsync(TranscriptEntry.User(1, new string('a', 50_000) + "!"));
        long begun = Stopwatch.GetTimestamp();

        ToolResult result = await RecallAsync(new { regex = "^(a+)+$" });

        Assert.Equal(1, result.ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 5);
    }

    [Theory]
    [InlineData("{}", "'words' is required")]
    [InlineData("{\"words\":\" \"}", "Say what to look for.")]
    [InlineData("{\"regex\":\"(\"}", "This pattern can't be searched for")]
    [InlineData("{\"regex\":\"(a)\\\\1\"}", "This pattern can't be searched for")]
    [InlineData("not json", "not valid JSON")]
    public async Task Mistake_IsSaid(string arguments, string said)
    {
        ToolOutcome outcome = await _rig.CallAsync(_rig.Recall, arguments);

        Assert.Contains(said, ToolRig.Text(Assert.IsType<ToolOutcome.Finished>(outcome).Result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HalfASurrogatePair_IsSearchedAsItStands()
    {
        await TellAsync(TranscriptEntry.ProviderItem(1, Encoding.UTF8.GetBytes("""{"type":"message","text":"a needle \ud800"}"""), Own));

        Assert.Equal(0, (await RecallAsync(new { words = "needle" })).ExitCode);
    }

    [Fact]
    public async Task EarlierSearches_AreNotFoundAgain()
    {
        await TellAsync(Item(1, new { type = "function_call", call_id = "c1", name = "recall", arguments = "needle" }), TranscriptEntry.Observation(1, "c1", "needle"));

        Assert.Equal(1, (await RecallAsync(new { words = "needle" })).ExitCode);
    }

    private async Task<ToolResult> RecallAsync(object arguments) => Assert.IsType<ToolOutcome.Finished>(
        await _rig.CallAsync(_rig.Recall, JsonSerializer.Serialize(arguments))).Result;

    private Task TellAsync(params TranscriptEntry[] entries) => _rig.Transcript.AppendAsync("run", "key", entries, null, CancellationToken.None);

    private static TranscriptEntry Call(int turn, string id, string command) => Item(
        turn, new { type = "function_call", call_id = id, name = "bash", arguments = $$"""{"command":"{{command}}"}""" });

    private static TranscriptEntry Item(int turn, object item) =>
        TranscriptEntry.ProviderItem(turn, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(item)), Own);
}
