using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Tests.Intake;

public sealed class TicketStatusTests
{
    private const string Foul = "@everyone <img src=x onerror=alert(1)> fixes #1 sk-secret rm -rf / | `x`";

    private static readonly RunSummary Run = new()
    {
        RunId = "r1",
        Name = Foul,
        Status = RunStatus.Running,
        Model = Foul,
        Requester = Foul,
        SubmittedAt = DateTimeOffset.UnixEpoch,
        Turns = 3,
        ToolCalls = 4,
        Usage = TokenUsage.None,
        CostUsd = 0.5m,
        ProviderWait = Foul,
    };

    public static TheoryData<CheckpointKind, string> Kinds => new()
    {
        { CheckpointKind.Tool, "a tool call" },
        { CheckpointKind.Budget, "a spent budget" },
        { CheckpointKind.Final, "the diff" },
        { CheckpointKind.Compaction, "a conversation that is too long" },
        { CheckpointKind.Stuck, "a model that goes in circles" },
        { CheckpointKind.Plan, "the plan" },
        { CheckpointKind.Landing, "the push" },
    };

    public static TheoryData<RunStatus, string> Ends => new()
    {
        { RunStatus.Accepted, "accepted" },
        { RunStatus.Rejected, "rejected" },
        { RunStatus.Failed, "failed" },
        { RunStatus.Canceled, "canceled" },
        { RunStatus.LimitReached, "limit reached" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void OpenApproval_IsToldByItsKindAlone(CheckpointKind kind, string words) =>
        Assert.Equal(Works($"waits for a person, who is asked about {words}"), TextOf(Run, [Ask(kind), Ask(kind)], null, null));

    [Theory]
    [MemberData(nameof(Ends))]
    public void End_IsToldWithWhatItTook(RunStatus status, string words)
    {
        var result = new RunResult { Status = status, Reason = Foul, Turns = 7, ToolCalls = 9, Usage = TokenUsage.None, CostUsd = 1.25m };

        Assert.Equal(
            $"**Orchestrator** has worked on this ticket.\n\n| | |\n|---|---|\n| run | `r1` |\n| state | {words} |\n| turns | 7 |\n| tool calls | 9 |\n| cost | $1.25 |\n",
            TextOf(Run with { Status = status, Result = result }, [Ask(CheckpointKind.Tool)], null, null));
    }

    [Fact]
    public void SeveralApprovals_AreToldInOneOrder() => Assert.Equal(
        Works("waits for a person, who is asked about a tool call, the plan"),
        TextOf(Run, [Ask(CheckpointKind.Plan), Ask(CheckpointKind.Tool), Ask(CheckpointKind.Final) with { State = ApprovalState.Approved }], null, null));

    [Fact]
    public void RunAtWork_IsRunningOrPaused()
    {
        Assert.Equal(Works("running"), TextOf(Run, [], null, null));
        Assert.Equal(Works("paused"), TextOf(Run with { IsPaused = true }, [], null, null));
    }

    /// <summary>Only addresses of the web, and nothing in them that ends the link or the row.</summary>
    [Theory]
    [InlineData("https://github.com/acme/app/pull/3", "| pull request | <https://github.com/acme/app/pull/3> |\n")]
    [InlineData("https://github.com/a/pull/3?><img src=x>|@all\n# b", "| pull request | <https://github.com/a/pull/3?%3E%3Cimg%20src=x%3E%7C@all%0A#%20b> |\n")]
    [InlineData("javascript:alert(1)", "")]
    public void PullRequest_IsALinkThatHoldsNothingElse(string url, string row) =>
        Assert.Equal(Works("running") + row, TextOf(Run, [], new Uri(url), null));

    [Fact]
    public void PullRequest_EndsNoLinkOfOtherMarkupsEither()
    {
        TicketStatus status = TicketStatus.Of(Run, [], new Uri("https://github.com/a/pull/3?\"><b>|]{color}\n@all"), null);

        Assert.EndsWith("||pull request|[https://github.com/a/pull/3?%22%3E%3Cb%3E%7C%5D%7Bcolor%7D%0A@all]|\n", TicketMarkup.Wiki(status), StringComparison.Ordinal);
        string address = "https://github.com/a/pull/3?%22%3E%3Cb%3E%7C]%7Bcolor%7D%0A@all";
        Assert.EndsWith($"<td><a href=\"{address}\">{address}</a></td></tr></table>", TicketMarkup.Html(status), StringComparison.Ordinal);
        Assert.Contains("||run|{{r1}}|\n||state|running|\n", TicketMarkup.Wiki(status), StringComparison.Ordinal);
        Assert.Contains("<td>run</td><td><code>r1</code></td>", TicketMarkup.Html(status), StringComparison.Ordinal);
    }

    [Fact]
    public void Server_IsLinkedToByItsAddressAlone() => Assert.Contains(
        "| run | [r1](https://orchestrator.example/runs/r1) |\n", TextOf(Run, [], null, new Uri("https://orchestrator.example/some/where?key=1")), StringComparison.Ordinal);

    private static string TextOf(RunSummary run, IReadOnlyList<Approval> asked, Uri? pullRequest, Uri? server) => TicketMarkup.Markdown(TicketStatus.Of(run, asked, pullRequest, server));

    private static string Works(string state) => $"**Orchestrator** works on this ticket.\n\n| | |\n|---|---|\n| run | `r1` |\n| state | {state} |\n";

    private static Approval Ask(CheckpointKind kind) =>
        new() { Id = "r1-1", RunId = "r1", Kind = kind, Turn = 1, Digest = Foul, Question = Foul, Subject = Foul, Because = Foul };
}
