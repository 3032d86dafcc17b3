using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Timeline;
using Orchestrator.Testing.GitHub;

namespace Orchestrator.CodeHosts.Tests;

public sealed class TicketCommentsTests
{
    private const string Pull = "https://github.example/acme/app/pull/3";

    [Fact]
    public async Task RunFromBeginningToEnd_IsToldInOneComment()
    {
        await using TicketRig rig = await TicketRig.StartAsync();
        TicketComments process = await rig.StartProcessAsync();
        List<string> said = [];

        await TellAsync();
        await rig.OpenApprovalAsync("r1-1");
        await TellAsync();
        await rig.ApproveAsync("r1-1");
        await TellAsync();
        await rig.TellEventAsync("pull-request/abc", PullRequestEvent.Of(5, Pull));
        await TellAsync();
        await rig.FinishAsync();
        await TellAsync();

        string head = said[0][..said[0].IndexOf('\n')];
        Assert.Matches("^<!-- orchestrator:run r1 [0-9a-f]{32} -->$", head);
        string run = "| | |\n|---|---|\n| run | [r1](https://orchestrator.example/runs/r1) |\n";
        string works = $"{head}\n**Orchestrator** works on this ticket.\n\n{run}";
        Assert.Equal(
            [
                $"{works}| state | running |\n",
                $"{works}| state | waits for a person, who is asked about the plan |\n",
                $"{works}| state | running |\n",
                $"{works}| state | running |\n| pull request | <{Pull}> |\n",
                $"{head}\n**Orchestrator** has worked on this ticket.\n\n{run}| state | accepted |\n| pull request | <{Pull}> |\n| turns | 7 |\n| tool calls | 9 |\n| cost | $1.25 |\n",
            ],
            said);
        Assert.Equal(1, rig.GitHub.Issues.Made);
        Assert.Null(await rig.ReasonAsync());

        async Task TellAsync()
        {
            await process.TellAsync(CancellationToken.None);
            said.Add(Assert.Single(rig.Comments));
            rig.Time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public async Task NothingNew_IsNotSent()
    {
        await using TicketRig rig = await TicketRig.StartAsync();
        TicketComments process = await rig.StartProcessAsync();
        await process.TellAsync(CancellationToken.None);
        int asked = rig.GitHub.Asked.Count;

        await process.TellAsync(CancellationToken.None);
        await rig.TellEventAsync("turn/1", new RunEvent(RunEventKind.Answered, 1, "an answer"));
        await process.TellAsync(CancellationToken.None);

        Assert.Equal(2, asked);
        Assert.Equal(asked, rig.GitHub.Asked.Count);
    }

    [Fact]
    public async Task SourceThatAsksForNothing_AndProcessWithoutToken_SendNothing()
    {
        await using TicketRig rig = await TicketRig.StartAsync();

        await (await rig.StartProcessAsync(isAsked: false)).TellAsync(CancellationToken.None);
        await (await rig.StartProcessAsync(token: null)).TellAsync(CancellationToken.None);

        Assert.Empty(rig.GitHub.Asked);
    }

    /// <summary>Killed when the comment is there and nothing is stored of that; others have written what could be taken for it.</summary>
    [Fact]
    public async Task KilledBehindThePost_FindsItsCommentAndMakesNoSecond()
    {
        await using TicketRig rig = await TicketRig.StartAsync();
        rig.GitHub.Issues.Say(TicketRig.Issue, "mallory", "<!-- orchestrator:run r1 -->\nAll is well.");
        TicketComments doomed = await rig.StartProcessAsync(inner => new DoomedWriter(inner));

        await Assert.ThrowsAsync<InvalidOperationException>(() => doomed.TellAsync(CancellationToken.None));
        Assert.Equal(2, rig.GitHub.Issues.Made);
        string mark = rig.Comments[1][..rig.Comments[1].IndexOf('\n')];
        rig.GitHub.Issues.Say(TicketRig.Issue, "mallory", $"{mark}\nAll is well.");
        await rig.OpenApprovalAsync("r1-1");
        TicketComments next = await rig.StartProcessAsync();

        await next.TellAsync(CancellationToken.None);
        Assert.Contains("running", rig.Comments[1], StringComparison.Ordinal);
        rig.Time.Advance(TicketTries.Lease);
        await next.TellAsync(CancellationToken.None);

        Assert.Equal(3, rig.GitHub.Issues.Made);
        Assert.Contains("the plan", rig.Comments[1], StringComparison.Ordinal);
        Assert.All([rig.Comments[0], rig.Comments[2]], comment => Assert.EndsWith("All is well.", comment, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SeveralProcessesAtOnce_MakeOneComment()
    {
        await using TicketRig rig = await TicketRig.StartAsync();
        TicketComments[] processes = [await rig.StartProcessAsync(), await rig.StartProcessAsync(), await rig.StartProcessAsync()];

        foreach (CheckpointKind kind in Enum.GetValues<CheckpointKind>())
        {
            await Task.WhenAll(processes.Select(process => Task.Run(() => process.TellAsync(CancellationToken.None))));
            await rig.OpenApprovalAsync($"r1-{kind}", kind);
            rig.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(1, rig.GitHub.Issues.Made);
        Assert.Equal(Enum.GetValues<CheckpointKind>().Length - 1, rig.GitHub.Asked.Count(asked => asked.StartsWith("PATCH", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Refusal_IsSaidOnceAndNotAskedAgain()
    {
        await using TicketRig rig = await TicketRig.StartAsync();
        TicketComments process = await rig.StartProcessAsync();
        rig.GitHub.AnswerNext(FakeGitHub.Forbidden());

        await process.TellAsync(CancellationToken.None);
        await rig.FinishAsync();
        rig.Time.Advance(TimeSpan.FromDays(1));
        await process.TellAsync(CancellationToken.None);

        Assert.Single(rig.GitHub.Asked);
        string reason = (await rig.ReasonAsync())!;
        Assert.StartsWith("The ticket is not told: GitHub: the comments of acme/app#12: the token, or the App, lacks the right to that", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("ghp_token", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TicketThatIsGone_IsNotAskedAbout()
    {
        await using TicketRig rig = await TicketRig.StartAsync();
        rig.GitHub.Issues.Numbers.Clear();
        TicketComments process = await rig.StartProcessAsync();

        await process.TellAsync(CancellationToken.None);
        await rig.FinishAsync();
        await process.TellAsync(CancellationToken.None);

        Assert.Single(rig.GitHub.Asked);
        Assert.Contains("it knows no such thing", await rig.ReasonAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LimitOfMinutes_IsWaitedFor()
    {
        await using TicketRig rig = await TicketRig.StartAsync();
        TicketComments process = await rig.StartProcessAsync();
        rig.GitHub.AnswerNext(FakeGitHub.TooManyRequests(600));

        await process.TellAsync(CancellationToken.None);
        rig.Time.Advance(TimeSpan.FromSeconds(599));
        await process.TellAsync(CancellationToken.None);
        Assert.Single(rig.GitHub.Asked);
        Assert.Contains("asks to be left alone", await rig.ReasonAsync(), StringComparison.Ordinal);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await process.TellAsync(CancellationToken.None);

        Assert.Equal(1, rig.GitHub.Issues.Made);
        Assert.Null(await rig.ReasonAsync());
    }

    /// <summary>Each time the server may have done what it was asked for; it is given up after some hours, until more happens.</summary>
    [Fact]
    public async Task ServerThatFails_IsAskedLessAndLessOften()
    {
        await using TicketRig rig = await TicketRig.StartAsync();
        TicketComments process = await rig.StartProcessAsync(inner => new Failing(inner));

        for (int minute = 0; minute < 12 * 60; minute++)
        {
            await process.TellAsync(CancellationToken.None);
            rig.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(TicketTries.Most, rig.GitHub.Asked.Count);
        await rig.FinishAsync();
        await (await rig.StartProcessAsync()).TellAsync(CancellationToken.None);
        Assert.Contains("accepted", Assert.Single(rig.Comments), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommentThatSomebodyDeletes_IsMadeAgainOnce()
    {
        await using TicketRig rig = await TicketRig.StartAsync();
        TicketComments process = await rig.StartProcessAsync();
        await process.TellAsync(CancellationToken.None);

        for (int time = 0; time < 3; time++)
        {
            rig.GitHub.Issues.DeleteAll();
            await rig.OpenApprovalAsync($"r1-{time}", (CheckpointKind)time);
            await process.TellAsync(CancellationToken.None);
            await process.TellAsync(CancellationToken.None);
        }

        Assert.Equal(2, rig.GitHub.Issues.Made);
        Assert.Equal("The ticket is not told: The comment was deleted twice; it is not made again.", await rig.ReasonAsync());
    }

    private sealed class Failing(ITicketWriter inner) : PassingWriter(inner)
    {
        public override async Task<string?> FindAsync(TicketPlace place, TicketMark mark, DateTimeOffset since, CancellationToken cancellationToken)
        {
            await base.FindAsync(place, mark, since, cancellationToken);
            throw new IOException("GitHub: it answers 502.");
        }
    }
}
