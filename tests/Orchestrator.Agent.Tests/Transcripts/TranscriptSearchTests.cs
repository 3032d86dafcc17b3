using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Tests.Transcripts;

public sealed class TranscriptSearchTests
{
    [Fact]
    public void CallsAtAScreen_AreFound_AndItsPicturesHaveNoWords()
    {
        TranscriptEntry[] transcript =
        [
            TranscriptEntry.ProviderItem(
                1, Encoding.UTF8.GetBytes("""{"type":"computer_call","call_id":"c1","actions":[{"type":"type","text":"needle"}]}"""), new Origin(Dialect.Responses, "m")),
            TranscriptEntry.Observation(1, "c1", "exit code 0"),
            TranscriptEntry.Screenshot(1, "c1", "needle"u8.ToArray()),
        ];

        IReadOnlyList<Passage> found = TranscriptSearch.Find(transcript, new Regex("needle"), ignoredTool: "recall", isOver: () => false);

        Assert.Equal("turn 1, call 1 of computer", Assert.Single(found).Place);
    }

    [Theory]
    [InlineData(
        Dialect.Responses,
        """{"type":"function_call","call_id":"c1","name":"bash","arguments":"needle"}""",
        """{"type":"function_call","call_id":"c2","name":"recall","arguments":"needle"}""")]
    [InlineData(
        Dialect.Responses,
        """{"type":"shell_call","status":"completed","call_id":"c1","action":{"commands":["needle"]}}""",
        """{"type":"custom_tool_call","call_id":"c2","name":"recall","input":"needle"}""")]
    [InlineData(
        Dialect.Messages,
        """{"type":"tool_use","id":"c1","name":"bash","input":{"command":"needle"}}""",
        """{"type":"tool_use","id":"c2","name":"recall","input":{"pattern":"needle"}}""")]
    [InlineData(
        Dialect.Chat,
        """{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"bash","arguments":"needle"},"extra_content":{"google":{"thought_signature":"needle"}}}]}""",
        """{"role":"assistant","content":"","tool_calls":[{"id":"c2","type":"function","function":{"name":"recall","arguments":"needle"}}]}""")]
    public void CallsOfEveryDialect_AreNamedWithTheirResults_AndTheSearchDoesNotFindItself(Dialect dialect, string call, string recall)
    {
        var origin = new Origin(dialect, "m");
        TranscriptEntry[] transcript =
        [
            TranscriptEntry.ProviderItem(1, Encoding.UTF8.GetBytes(call), origin),
            TranscriptEntry.Observation(1, "c1", "a needle"),
            TranscriptEntry.ProviderItem(2, Encoding.UTF8.GetBytes(recall), origin),
            TranscriptEntry.Observation(2, "c2", "the needle again"),
        ];

        IReadOnlyList<Passage> found = TranscriptSearch.Find(transcript, new Regex("needle"), ignoredTool: "recall", isOver: () => false);

        Assert.Equal(["turn 1, call 1 of bash", "turn 1, result of call 1 of bash"], found.Select(passage => passage.Place));
    }
}
