using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Tests.Requests;

public sealed class AnswerTests
{
    private static readonly OutputItem Thought = new("{}"u8.ToArray()) { IsReasoning = true };
    private static readonly OutputItem Said = new("{}"u8.ToArray()) { Text = "Done." };

    /// <summary>Whoever wrote it would refuse to be shown it: reasoning must lead to something.</summary>
    [Theory]
    [InlineData(ReplyEnd.Completed)]
    [InlineData(ReplyEnd.MaxOutputTokens)]
    public void ReasoningAtTheEnd_IsLeftOut(ReplyEnd end)
    {
        Attempt attempt = Answer.Of("r", "m", null, end, TokenUsage.None, [Thought, Said, Thought]);

        Assert.Equal(2, Assert.IsType<Attempt.Answered>(attempt).Reply.Items.Count);
    }

    [Fact]
    public void NamesWithoutEnd_AreCut()
    {
        string endless = new('x', 10_000);

        ModelReply reply = Assert.IsType<Attempt.Answered>(Answer.Of(endless, endless, endless, ReplyEnd.Completed, null, [Said])).Reply;

        Assert.Equal((endless[..200], endless[..200], endless[..200]), (reply.ResponseId, reply.Model, reply.ServiceTier));
    }
}
