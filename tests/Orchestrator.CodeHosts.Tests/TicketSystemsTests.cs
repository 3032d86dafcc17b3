using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Tickets;
using Orchestrator.Testing.Tickets;

namespace Orchestrator.CodeHosts.Tests;

/// <summary>What holds for comments on GitHub holds for those on Jira and Azure DevOps.</summary>
public sealed class TicketSystemsTests
{
    private const string Pull = "https://github.example/acme/app/pull/3?a=1&b=[2]";

    [Theory]
    [InlineData(
        TicketHost.Jira,
        "*Orchestrator* has worked on this ticket.\n\n||run|[r1|https://orchestrator.example/runs/r1]|\n||state|accepted|\n||pull request|[https://github.example/acme/app/pull/3?a=1&b=%5B2%5D]|\n||turns|7|\n||tool calls|9|\n||cost|$1.25|\n\n{color:#97a0af}NONCE{color}")]
    [InlineData(
        TicketHost.AzureDevOps,
        "<p><b>Orchestrator</b> has worked on this ticket.</p><table><tr><td>run</td><td><a href=\"https://orchestrator.example/runs/r1\">r1</a></td></tr><tr><td>state</td><td>accepted</td></tr><tr><td>pull request</td><td><a href=\"https://github.example/acme/app/pull/3?a=1&amp;b=[2]\">https://github.example/acme/app/pull/3?a=1&amp;b=[2]</a></td></tr><tr><td>turns</td><td>7</td></tr><tr><td>tool calls</td><td>9</td></tr><tr><td>cost</td><td>$1.25</td></tr></table><p><small>NONCE</small></p>")]
    public async Task RunFromBeginningToEnd_IsToldInOneComment(TicketHost host, string last)
    {
        await using TicketRig rig = await TicketRig.StartAsync(host);
        TicketComments process = await rig.StartProcessAsync();

        await TellAsync("running");
        await rig.OpenApprovalAsync("r1-1");
        await TellAsync("waits for a person, who is asked about the plan");
        await rig.ApproveAsync("r1-1");
        await rig.TellEventAsync("pull-request/abc", PullRequestEvent.Of(5, Pull));
        await TellAsync("running");
        await rig.FinishAsync();
        await TellAsync("accepted");
        await process.TellAsync(CancellationToken.None);

        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(last).Replace("NONCE", "[0-9a-f]{32}", StringComparison.Ordinal)}$", rig.Comments[0]);
        Assert.Equal(1, rig.Desk.Made);
        Assert.Equal(5, rig.Desk.Asked.Count);
        Assert.Null(await rig.ReasonAsync());

        async Task TellAsync(string state)
        {
            await process.TellAsync(CancellationToken.None);
            Assert.Contains(state, Assert.Single(rig.Comments), StringComparison.Ordinal);
            rig.Time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Killed when the comment is there; the ticket has many more than one page shows, and some that quote ours.</summary>
    [Theory]
    [InlineData(TicketHost.Jira)]
    [InlineData(TicketHost.AzureDevOps)]
    public async Task KilledBehindThePost_FindsItsCommentAndMakesNoSecond(TicketHost host)
    {
        await using TicketRig rig = await TicketRig.StartAsync(host);
        for (int other = 0; other < 5; other++)
        {
            rig.Desk.Say("orchestrator r1");
        }

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await (await rig.StartProcessAsync(inner => new DoomedWriter(inner))).TellAsync(CancellationToken.None));
        string ours = rig.Comments[5];
        rig.Desk.Say($"bq. {ours}\n\nAll is well.");
        await rig.OpenApprovalAsync("r1-1");
        TicketComments next = await rig.StartProcessAsync();

        await next.TellAsync(CancellationToken.None);
        Assert.Equal(ours, rig.Comments[5]);
        rig.Time.Advance(TicketTries.Lease);
        await next.TellAsync(CancellationToken.None);

        Assert.Equal(7, rig.Desk.Made);
        Assert.Contains("the plan", rig.Comments[5], StringComparison.Ordinal);
        Assert.EndsWith("All is well.", rig.Comments[6], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TicketHost.Jira)]
    [InlineData(TicketHost.AzureDevOps)]
    public async Task LostAnswers_MakeNoSecondAndLeaveTheNewestText(TicketHost host)
    {
        await using TicketRig rig = await TicketRig.StartAsync(host);
        TicketComments process = await rig.StartProcessAsync();

        foreach (CheckpointKind kind in Enum.GetValues<CheckpointKind>())
        {
            rig.Desk.LoseNextAnswer();
            await process.TellAsync(CancellationToken.None);
            Assert.Contains("can't be reached", await rig.ReasonAsync(), StringComparison.Ordinal);
            await process.TellAsync(CancellationToken.None);
            rig.Time.Advance(TimeSpan.FromMinutes(1));
            await process.TellAsync(CancellationToken.None);
            Assert.Null(await rig.ReasonAsync());
            await rig.OpenApprovalAsync($"r1-{kind}", kind);
        }

        await process.TellAsync(CancellationToken.None);
        Assert.Equal(1, rig.Desk.Made);
        Assert.Contains("a tool call, a spent budget, the diff", Assert.Single(rig.Comments), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TicketHost.Jira)]
    [InlineData(TicketHost.AzureDevOps)]
    public async Task SeveralProcessesAtOnce_MakeOneComment(TicketHost host)
    {
        await using TicketRig rig = await TicketRig.StartAsync(host);
        TicketComments[] processes = [await rig.StartProcessAsync(), await rig.StartProcessAsync(), await rig.StartProcessAsync()];

        foreach (CheckpointKind kind in Enum.GetValues<CheckpointKind>())
        {
            await Task.WhenAll(processes.Select(process => Task.Run(() => process.TellAsync(CancellationToken.None))));
            await rig.OpenApprovalAsync($"r1-{kind}", kind);
            rig.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(1, rig.Desk.Made);
        Assert.Equal(Enum.GetValues<CheckpointKind>().Length + 1, rig.Desk.Asked.Count);
    }

    [Theory]
    [InlineData(TicketHost.Jira, 403, "the account of DESK_TOKEN lacks the right to that (no: not you).")]
    [InlineData(TicketHost.AzureDevOps, 403, "the account of DESK_TOKEN lacks the right to that (no).")]
    [InlineData(TicketHost.Jira, 401, "it does not take the token of DESK_TOKEN; look at that, and at Api:User (no: not you).")]
    [InlineData(TicketHost.AzureDevOps, 203, "it does not take the token of DESK_TOKEN; look at that, and at Api:User (no).")]
    [InlineData(TicketHost.AzureDevOps, 302, "it does not take the token of DESK_TOKEN; look at that, and at Api:User (no).")]
    [InlineData(TicketHost.Jira, 404, "it knows no such ticket, or does not show it to the account of DESK_TOKEN.")]
    [InlineData(TicketHost.AzureDevOps, 404, "it knows no such ticket, or does not show it to the account of DESK_TOKEN.")]
    public async Task Refusal_IsSaidOnceAndNotAskedAgain(TicketHost host, int status, string because)
    {
        await using TicketRig rig = await TicketRig.StartAsync(host);
        TicketComments process = await rig.StartProcessAsync();
        object said = host == TicketHost.Jira ? new { errorMessages = Array.Empty<string>(), errors = new { no = "not you" } } : new { message = "no" };
        rig.Desk.AnswerNext(Results.Json(said, statusCode: status));

        await process.TellAsync(CancellationToken.None);
        await rig.FinishAsync();
        rig.Time.Advance(TimeSpan.FromDays(1));
        await process.TellAsync(CancellationToken.None);

        Assert.Single(rig.Desk.Asked);
        string reason = (await rig.ReasonAsync())!;
        Assert.EndsWith(because, reason, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeTicketSystem.Token, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TicketHost.Jira, 429)]
    [InlineData(TicketHost.AzureDevOps, 503)]
    public async Task LimitOfMinutes_IsWaitedFor(TicketHost host, int status)
    {
        await using TicketRig rig = await TicketRig.StartAsync(host);
        TicketComments process = await rig.StartProcessAsync();
        rig.Desk.AnswerNext(new PutOff(status, 600));

        await process.TellAsync(CancellationToken.None);
        rig.Time.Advance(TimeSpan.FromSeconds(599));
        await process.TellAsync(CancellationToken.None);
        Assert.Single(rig.Desk.Asked);
        Assert.Contains("asks to be left alone", await rig.ReasonAsync(), StringComparison.Ordinal);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await process.TellAsync(CancellationToken.None);

        Assert.Equal(1, rig.Desk.Made);
        Assert.Null(await rig.ReasonAsync());
    }

    /// <summary>Else others would wait for each of its tickets in turn.</summary>
    [Theory]
    [InlineData(TicketHost.Jira)]
    [InlineData(TicketHost.AzureDevOps)]
    public async Task HostThatIsAway_IsAskedOnceARound(TicketHost host)
    {
        await using TicketRig rig = await TicketRig.StartAsync(host);
        await rig.AddRunAsync("r2", ticket => ticket);
        TicketComments process = await rig.StartProcessAsync();
        rig.Desk.AnswerNext(Results.StatusCode(502));

        await process.TellAsync(CancellationToken.None);
        Assert.Single(rig.Desk.Asked);
        await process.TellAsync(CancellationToken.None);
        Assert.Single(rig.Comments);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await process.TellAsync(CancellationToken.None);

        Assert.Equal(2, rig.Comments.Count);
    }

    [Theory]
    [InlineData(TicketHost.Jira)]
    [InlineData(TicketHost.AzureDevOps)]
    public async Task AnswerThatSaysNothing_IsAFailureAndEndsNoRound(TicketHost host)
    {
        await using TicketRig rig = await TicketRig.StartAsync(host);
        TicketComments process = await rig.StartProcessAsync();
        rig.Desk.AnswerNext(Results.Json(new { }));

        await process.TellAsync(CancellationToken.None);
        Assert.Contains("its answer can't be read", await rig.ReasonAsync(), StringComparison.Ordinal);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await process.TellAsync(CancellationToken.None);

        Assert.Single(rig.Comments);
    }

    [Theory]
    [InlineData(TicketHost.Jira)]
    [InlineData(TicketHost.AzureDevOps)]
    public async Task TicketOfBeforeItsSourceWasOfAnotherKind_IsLeftAlone(TicketHost host)
    {
        await using TicketRig rig = await TicketRig.StartAsync(host);
        await rig.AddRunAsync("r2", ticket => ticket with { Host = TicketHost.GitHub });

        await (await rig.StartProcessAsync()).TellAsync(CancellationToken.None);

        Assert.Single(rig.Comments);
    }

    [Theory]
    [InlineData(TicketHost.Jira)]
    [InlineData(TicketHost.AzureDevOps)]
    public async Task CommentThatSomebodyDeletes_IsMadeAgainOnce(TicketHost host)
    {
        await using TicketRig rig = await TicketRig.StartAsync(host);
        TicketComments process = await rig.StartProcessAsync();
        await process.TellAsync(CancellationToken.None);

        for (int time = 0; time < 3; time++)
        {
            rig.Desk.DeleteAll();
            await rig.OpenApprovalAsync($"r1-{time}", (CheckpointKind)time);
            await process.TellAsync(CancellationToken.None);
            await process.TellAsync(CancellationToken.None);
        }

        Assert.Equal(2, rig.Desk.Made);
        Assert.Equal("The ticket is not told: The comment was deleted twice; it is not made again.", await rig.ReasonAsync());
    }

    [Theory]
    [InlineData(TicketHost.Jira)]
    [InlineData(TicketHost.AzureDevOps)]
    public async Task SourceThatAsksForNothing_AndProcessWithoutToken_SendNothing(TicketHost host)
    {
        await using TicketRig rig = await TicketRig.StartAsync(host);

        await (await rig.StartProcessAsync(isAsked: false)).TellAsync(CancellationToken.None);
        await (await rig.StartProcessAsync(token: null)).TellAsync(CancellationToken.None);

        Assert.Empty(rig.Desk.Asked);
    }

    private sealed class PutOff(int status, int seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = $"{seconds}";
            return Task.CompletedTask;
        }
    }
}
