using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;

namespace Orchestrator.Agent.Tests.Runs;

public sealed class CostBreakdownTests
{
    [Fact]
    public void AnswersCost_IsDividedAmongItsCallsAndAllPartsAreTheWhole()
    {
        CommittedReply[] replies = [Reply(1, 0.10m, "bash"), Reply(2, 0.30m, "bash", "recall", "bash"), Reply(3, 0.05m)];
        RunSummary agent = new()
        {
            RunId = "r1-1-1-1",
            Name = "lexer",
            Status = RunStatus.Accepted,
            Model = "gpt-5.5",
            Requester = "anna",
            SubmittedAt = DateTimeOffset.UnixEpoch,
            Turns = 1,
            ToolCalls = 0,
            Usage = TokenUsage.None,
            CostUsd = 1m,
        };

        CostBreakdown cost = CostBreakdown.Of(replies, [], [agent]);

        Assert.Equal([new ToolCost("bash", 3, 0.30m), new ToolCost("recall", 1, 0.10m), new ToolCost(CostBreakdown.NoTool, 0, 0.05m)], cost.Tools);
        Assert.Equal((1.45m, 0m), (cost.CostUsd, cost.CompactionsUsd));
        Assert.Equal([1, 2, 3], cost.Turns.Select(turn => turn.Turn));
        Assert.Equal(new SubAgentCost("r1-1-1-1", "lexer", 1m), Assert.Single(cost.SubAgents));
    }

    private static CommittedReply Reply(int turn, decimal usd, params string[] tools) => new()
    {
        RunId = "r1",
        Turn = turn,
        ResponseId = "id",
        Model = "gpt-5.5",
        Text = string.Empty,
        Calls = [.. tools.Select((tool, index) => new RequestedCall($"c{index}", tool, "{}"))],
        End = ReplyEnd.Completed,
        Usage = new TokenUsage(10, 0, 1),
        CostUsd = usd,
        Attempts = 1,
        Elapsed = TimeSpan.Zero,
    };
}
