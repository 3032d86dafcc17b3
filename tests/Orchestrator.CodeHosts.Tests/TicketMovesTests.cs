using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;
using Orchestrator.Testing.GitHub;
using Orchestrator.Testing.Tickets;

namespace Orchestrator.CodeHosts.Tests;

public sealed class TicketMovesTests
{
    public static TheoryData<TicketHost> Hosts => [TicketHost.GitHub, TicketHost.Jira, TicketHost.AzureDevOps];

    [Theory]
    [InlineData(TicketHost.GitHub, "bug, in progress", "bug, done")]
    [InlineData(TicketHost.Jira, "In Progress", "Done")]
    [InlineData(TicketHost.AzureDevOps, "In Progress", "Done")]
    public async Task Ticket_FollowsItsRun(TicketHost host, string started, string accepted)
    {
        await using TicketRig rig = await StartAsync(host);
        TicketMoves process = await rig.StartMoverAsync();

        await process.MoveAsync(CancellationToken.None);
        Assert.Equal(started, rig.State);
        await rig.OpenApprovalAsync("r1-1");
        await process.MoveAsync(CancellationToken.None);
        int asked = Asked(rig);
        await rig.FinishAsync();
        await process.MoveAsync(CancellationToken.None);
        Assert.Equal(accepted, rig.State);
        await process.MoveAsync(CancellationToken.None);

        Assert.InRange(asked, 2, 3);
        Assert.InRange(Asked(rig) - asked, 2, 3);
        Assert.Equal(host == TicketHost.GitHub ? 3 : 2, rig.Written.Count);
        Assert.Null(await rig.ReasonAsync());
    }

    [Theory]
    [InlineData(RunStatus.Rejected)]
    [InlineData(RunStatus.Failed)]
    [InlineData(RunStatus.Canceled)]
    [InlineData(RunStatus.LimitReached)]
    public async Task RunThatEndsOtherwise_HasItsTicketSaySo(RunStatus end)
    {
        foreach ((TicketHost host, string state) in ((TicketHost, string)[])[(TicketHost.GitHub, "blocked, bug"), (TicketHost.Jira, "Blocked"), (TicketHost.AzureDevOps, "Blocked")])
        {
            await using TicketRig rig = await StartAsync(host);
            TicketMoves process = await rig.StartMoverAsync();
            await process.MoveAsync(CancellationToken.None);

            await rig.FinishAsync(end);
            await process.MoveAsync(CancellationToken.None);

            Assert.Equal(state, rig.State);
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task WhatPeopleDoAfterwards_Stays(TicketHost host)
    {
        await using TicketRig rig = await StartAsync(host);
        TicketMoves process = await rig.StartMoverAsync();
        await process.MoveAsync(CancellationToken.None);
        int written = rig.Written.Count;

        Put(rig, "To Do");
        await rig.OpenApprovalAsync("r1-1");
        rig.Time.Advance(TimeSpan.FromHours(1));
        await process.MoveAsync(CancellationToken.None);

        Assert.Equal(written, rig.Written.Count);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task TicketThatIsThere_IsNotMoved(TicketHost host)
    {
        await using TicketRig rig = await StartAsync(host);
        Put(rig, "In Progress");

        await (await rig.StartMoverAsync()).MoveAsync(CancellationToken.None);

        Assert.Empty(rig.Written);
        Assert.NotEqual(0, Asked(rig));
        Assert.Null(await rig.ReasonAsync());
    }

    /// <summary>Killed, or cut off, behind each request that moves: the next process finds the ticket moved, by a transition that is no longer offered, too.</summary>
    [Theory]
    [InlineData(TicketHost.GitHub, true)]
    [InlineData(TicketHost.Jira, true)]
    [InlineData(TicketHost.AzureDevOps, true)]
    [InlineData(TicketHost.GitHub, false)]
    [InlineData(TicketHost.Jira, false)]
    [InlineData(TicketHost.AzureDevOps, false)]
    public async Task AnswerThatIsLost_MovesNothingTwice(TicketHost host, bool isKilled)
    {
        await using TicketRig rig = await StartAsync(host);
        TicketMoves doomed = await rig.StartMoverAsync(inner => new DoomedMover(inner, isKilled));
        TicketMoves next = await rig.StartMoverAsync();

        await LoseAsync();
        int written = rig.Written.Count;
        await next.MoveAsync(CancellationToken.None);
        Assert.Null(await rig.ReasonAsync());
        await rig.FinishAsync();
        await LoseAsync();
        await next.MoveAsync(CancellationToken.None);

        Assert.Equal(host == TicketHost.GitHub ? "bug, done" : "Done", rig.State);
        Assert.Equal((1, host == TicketHost.GitHub ? 3 : 2), (written, rig.Written.Count));
        Assert.Null(await rig.ReasonAsync());

        async Task LoseAsync()
        {
            if (isKilled)
            {
                await Assert.ThrowsAsync<InvalidOperationException>(() => doomed.MoveAsync(CancellationToken.None));
                int asked = Asked(rig);
                await next.MoveAsync(CancellationToken.None);
                Assert.Equal(asked, Asked(rig));
            }
            else
            {
                await doomed.MoveAsync(CancellationToken.None);
                Assert.StartsWith("The ticket is not moved: ", await rig.ReasonAsync(), StringComparison.Ordinal);
            }

            rig.Time.Advance(TicketTries.Lease);
        }
    }

    [Theory]
    [InlineData(TicketHost.Jira)]
    [InlineData(TicketHost.AzureDevOps)]
    public async Task AnswerThatIsCutOff_MovesNothingTwice(TicketHost host)
    {
        await using TicketRig rig = await StartAsync(host);
        TicketMoves process = await rig.StartMoverAsync();
        rig.Desk.LoseNextAnswer();

        await process.MoveAsync(CancellationToken.None);
        Assert.Contains("can't be reached", await rig.ReasonAsync(), StringComparison.Ordinal);
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        await process.MoveAsync(CancellationToken.None);

        Assert.Equal("In Progress", rig.State);
        Assert.Single(rig.Written);
        Assert.Null(await rig.ReasonAsync());
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task SeveralProcessesAtOnce_MoveOnce(TicketHost host)
    {
        await using TicketRig rig = await StartAsync(host);
        TicketMoves[] processes = [await rig.StartMoverAsync(), await rig.StartMoverAsync(), await rig.StartMoverAsync()];

        await Task.WhenAll(processes.Select(process => Task.Run(() => process.MoveAsync(CancellationToken.None))));
        await rig.FinishAsync();
        await Task.WhenAll(processes.Select(process => Task.Run(() => process.MoveAsync(CancellationToken.None))));

        Assert.Equal(host == TicketHost.GitHub ? "bug, done" : "Done", rig.State);
        Assert.Equal(host == TicketHost.GitHub ? 3 : 2, rig.Written.Count);
    }

    /// <summary>Said once, on the ticket as well; the run goes on, and its end is tried all the same.</summary>
    [Theory]
    [InlineData(TicketHost.GitHub, "the labels of acme/app#12: the token, or the App, lacks the right to that")]
    [InlineData(TicketHost.Jira, "PAY-12 is 'To Do', and Jira offers no transition from there that is called 'Start work' or leads to that; it offers 'Close' to 'Closed'. Look at Transitions of source payments.")]
    [InlineData(TicketHost.AzureDevOps, "the state 'In Progress' of work item 42: it answers 400 (The field 'State' contains the value 'In Progress' that is not in the list of supported values).")]
    public async Task MoveThatIsImpossible_IsSaidOnceAndEndsNothing(TicketHost host, string because)
    {
        await using TicketRig rig = await StartAsync(host);
        TicketMoves process = await rig.StartMoverAsync();
        TicketComments comments = await rig.StartProcessAsync();
        await comments.TellAsync(CancellationToken.None);
        Forbid(rig);
        int before = Asked(rig);

        await process.MoveAsync(CancellationToken.None);
        int asked = Asked(rig) - before;
        rig.Time.Advance(TimeSpan.FromHours(1));
        await process.MoveAsync(CancellationToken.None);
        await comments.TellAsync(CancellationToken.None);
        await comments.TellAsync(CancellationToken.None);

        string reason = (await rig.ReasonAsync())!;
        Assert.StartsWith("The ticket is not moved: ", reason, StringComparison.Ordinal);
        Assert.Contains(because, reason, StringComparison.Ordinal);
        Assert.Contains("it could not be moved on; who runs Orchestrator sees why", Assert.Single(rig.Comments), StringComparison.Ordinal);
        Assert.Equal(asked + 1, Asked(rig) - before);

        Allow(rig);
        await rig.FinishAsync();
        await process.MoveAsync(CancellationToken.None);
        await comments.TellAsync(CancellationToken.None);
        Assert.Equal(host == TicketHost.GitHub ? "bug, done" : "Done", rig.State);
        Assert.DoesNotContain("could not be moved", Assert.Single(rig.Comments), StringComparison.Ordinal);
        Assert.Null(await rig.ReasonAsync());
    }

    [Theory]
    [InlineData(TicketHost.Jira)]
    [InlineData(TicketHost.AzureDevOps)]
    public async Task ServerThatFails_IsAskedLessAndLessOften(TicketHost host)
    {
        await using TicketRig rig = await StartAsync(host);
        TicketMoves process = await rig.StartMoverAsync();
        for (int answer = 0; answer < TicketTries.Most; answer++)
        {
            rig.Desk.AnswerNext(Results.StatusCode(502));
        }

        for (int minute = 0; minute < 12 * 60; minute++)
        {
            await process.MoveAsync(CancellationToken.None);
            rig.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(TicketTries.Most, rig.Desk.Asked.Count);
        Assert.Equal("To Do", rig.State);
        Assert.Contains("it answers 502", await rig.ReasonAsync(), StringComparison.Ordinal);
        rig.Desk.State = "In Progress";
        await rig.FinishAsync();
        await process.MoveAsync(CancellationToken.None);
        Assert.Equal("Done", rig.State);
    }

    [Theory]
    [InlineData(TicketHost.Jira)]
    [InlineData(TicketHost.AzureDevOps)]
    public async Task AnswerThatSaysNothing_IsTheLastOfItsRound(TicketHost host)
    {
        await using TicketRig rig = await StartAsync(host);
        await rig.AddRunAsync("r2", ticket => ticket with { Number = "1" });
        TicketMoves process = await rig.StartMoverAsync();
        rig.Desk.AnswerNext(Results.Json(new { }));

        await process.MoveAsync(CancellationToken.None);
        Assert.Single(rig.Desk.Asked);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await process.MoveAsync(CancellationToken.None);

        Assert.Equal("In Progress", rig.State);
        Assert.Null(await rig.ReasonAsync());
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task TicketOfBeforeItsSourceWasOfAnotherKind_IsLeftAlone(TicketHost host)
    {
        await using TicketRig rig = await StartAsync(host);
        await rig.AddRunAsync("r2", ticket => ticket with { Host = host == TicketHost.Jira ? TicketHost.GitHub : TicketHost.Jira, Number = "1" });

        await (await rig.StartMoverAsync()).MoveAsync(CancellationToken.None);

        Assert.Equal(host == TicketHost.GitHub ? "bug, in progress" : "In Progress", rig.State);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task RunThatEndsFirst_IsFollowedToItsEndAlone(TicketHost host)
    {
        await using TicketRig rig = await StartAsync(host);
        if (rig.Desk is FakeJira jira)
        {
            jira.Workflow = [.. jira.Workflow, ("Close", "To Do", "Done")];
        }

        await rig.FinishAsync();
        await (await rig.StartMoverAsync()).MoveAsync(CancellationToken.None);

        Assert.Equal(host == TicketHost.GitHub ? "bug, done" : "Done", rig.State);
        Assert.Single(rig.Written);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task SourceThatNamesNoStates_AndProcessWithoutToken_SendNothing(TicketHost host)
    {
        await using TicketRig rig = await StartAsync(host);

        await (await rig.StartMoverAsync(token: null)).MoveAsync(CancellationToken.None);
        rig.Transitions = null;
        await (await rig.StartMoverAsync()).MoveAsync(CancellationToken.None);

        Assert.Equal(0, Asked(rig));
    }

    private static async Task<TicketRig> StartAsync(TicketHost host)
    {
        TicketRig rig = await TicketRig.StartAsync(host);
        rig.GitHub.Issues.Labels.Add("bug");
        rig.Transitions = host switch
        {
            TicketHost.GitHub => new IntakeTransitionOptions { Started = "in progress", Accepted = "done", Failed = "blocked" },
            TicketHost.Jira => new IntakeTransitionOptions { Started = "Start work", Accepted = "Done", Failed = "blocked" },
            _ => new IntakeTransitionOptions { Started = "In Progress", Accepted = "Done", Failed = "blocked" },
        };
        return rig;
    }

    private static int Asked(TicketRig rig) => rig.Desk?.Asked.Count ?? rig.GitHub.Asked.Count;

    /// <summary>Somebody puts the ticket into a state.</summary>
    private static void Put(TicketRig rig, string state)
    {
        if (rig.Desk is not null)
        {
            rig.Desk.State = state;
            if (rig.Desk is FakeJira)
            {
                rig.Transitions!.Started = "In Progress";
            }

            return;
        }

        rig.GitHub.Issues.Labels.Clear();
        rig.GitHub.Issues.Labels.Add(state.ToLowerInvariant());
    }

    private static void Forbid(TicketRig rig)
    {
        switch (rig.Desk)
        {
            case FakeJira jira:
                jira.Workflow = [("Close", "To Do", "Closed")];
                break;
            case FakeAzureDevOps boards:
                boards.States = ["To Do", "Closed"];
                break;
            default:
                rig.GitHub.AnswerNext(FakeGitHub.Forbidden());
                break;
        }
    }

    private static void Allow(TicketRig rig)
    {
        switch (rig.Desk)
        {
            case FakeJira jira:
                jira.Workflow = [("Close", "To Do", "Done")];
                break;
            case FakeAzureDevOps boards:
                boards.States = ["To Do", "Done"];
                break;
        }
    }

    /// <summary>Has its process die, or hear nothing, when a ticket was moved.</summary>
    private sealed class DoomedMover(ITicketMover inner, bool isKilled) : ITicketMover
    {
        public TicketHost Host => inner.Host;

        public string? FindFault(IntakeSource source) => inner.FindFault(source);

        public async Task<TicketMove?> PlanAsync(TicketPlace place, TicketStage stage, string? underWay, CancellationToken cancellationToken) =>
            await inner.PlanAsync(place, stage, underWay, cancellationToken) is not { } move ? null : new TicketMove(move.To, async over =>
            {
                await move.MakeAsync(over);
                throw isKilled ? new InvalidOperationException("killed") : new IOException("the answer is lost");
            });
    }
}
