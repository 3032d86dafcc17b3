using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tests.Runs;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Accounts;

/// <summary>Runs whose requester, or whose team, may spend only so much with all runs together.</summary>
public sealed class AccountTests
{
    private static readonly Account Anna = new("requester anna", Month, 0);

    private static string Month => TimeProvider.System.GetUtcNow().ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Each answer costs a dollar at most, and there are ten times as many runs as can be paid.</summary>
    [Fact]
    public async Task RunsSideBySide_NeverSpendMoreThanTheirRequesterMay()
    {
        const int runs = 20;
        await using RunRig rig = await RunRig.StartAsync(
            new()
            {
                Price = 1_000,
                Answer = request => (request.Prompt.OfType<PromptItem.ProviderItem>().Any() ? Says("done") : Bash("touch done.txt"))(),
            },
            change: services => services.Configure<AccountOptions>(accounts => accounts.EachRequester = new AccountTerms { Usd = 4.5m }));

        await Task.WhenAll(Enumerable.Range(0, runs).Select(_ => rig.SubmitAsync()));
        await Until.TrueAsync(
            async () => (await rig.Runs.ListAsync(CancellationToken.None)).All(run => run.Status != RunStatus.Running), "runs that are over or wait");

        IReadOnlyList<RunSummary> ended = await rig.Runs.ListAsync(CancellationToken.None);
        AccountBalance balance = Assert.Single(await rig.Accounts.ReadAsync([Anna with { LimitUsd = 4.5m }], but: null, CancellationToken.None));
        Assert.Equal(4m, ended.Sum(run => run.CostUsd));
        Assert.Equal((4m, 0m), (balance.SpentUsd, balance.ReservedUsd));
        Assert.Equal(4, rig.Model.Requests.Count);
        Assert.InRange(ended.Count(run => run.Status == RunStatus.Waiting), runs - 2, runs);
    }

    [Fact]
    public async Task ApprovedRaise_GrantsTheAccountMoreAndTheRunGoesOnAtTheSameTurn()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("touch done.txt"), Says("done")) { Price = 1_000 },
            change: services => services.Configure<AccountOptions>(accounts => accounts.Teams["payments"] = new AccountTerms { Usd = 1.5m, Members = ["anna", "carl"] }));
        string run = await rig.SubmitAsync();

        Approval approval = await rig.OpenApprovalAsync(run);
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(
            $"the team payments has $0.5000 left of $1.50 for {Month}, and the next request may cost $1.00; approving grants it $0.5000 more for {Month}. Denying ends the run with its patch.",
            approval.Subject);
        Assert.Equal("the limit of the team payments", approval.Because);
        Assert.Equal((RunStatus.Accepted, 2, 2m), (result.Status, result.Turns, result.CostUsd));
        AccountBalance team = Assert.Single(await rig.Accounts.ReadAsync([new Account("team payments", Month, 1.5m)], but: null, CancellationToken.None));
        Assert.Equal((2m, 0m, 0.5m), (team.SpentUsd, team.ReservedUsd, team.RaisedUsd));
    }

    [Fact]
    public async Task DeniedRaise_EndsTheRunAtThatLimit()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("touch done.txt")) { Price = 1_000 },
            change: services => services.Configure<AccountOptions>(accounts => accounts.Requesters["anna"] = new AccountTerms { Usd = 1.5m }));
        string run = await rig.SubmitAsync();

        await rig.DecideAsync(run, isApproval: false);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.LimitReached, result.Status);
        Assert.StartsWith("the requester anna has $0.5000 left", result.Reason, StringComparison.Ordinal);
    }

    /// <summary>The answer is bounded to what the poorest of all that pay has left.</summary>
    [Fact]
    public async Task LittleIsLeft_BoundsTheAnswer()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("touch done.txt"), Says("done")) { Price = 1_000 },
            change: services => services.Configure<AccountOptions>(accounts =>
            {
                accounts.EachRequester = new AccountTerms { Usd = 100 };
                accounts.Teams["small"] = new AccountTerms { Usd = 3.5m, Every = AccountPeriod.Day, Members = ["anna"] };
                accounts.Teams["others"] = new AccountTerms { Usd = 0.01m, Members = ["carl"] };
            }));

        await rig.RunAsync();

        Assert.Equal([3_500, 2_500], rig.Model.Requests.Select(request => request.MaxOutputTokens));
    }

    /// <summary>Each answer costs a dollar; whoever's answer spends a share of an account tells it, and nobody else does.</summary>
    [Fact]
    public async Task SharesOfAnAccount_AreToldOnceByTheRunsThatSpendThem()
    {
        const int runs = 5;
        await using RunRig rig = await RunRig.StartAsync(
            new()
            {
                Price = 1_000,
                Answer = request => (request.Prompt.OfType<PromptItem.ProviderItem>().Any() ? Says("done") : Bash("touch done.txt"))(),
            },
            change: services => services.Configure<AccountOptions>(accounts =>
            {
                accounts.EachRequester = new AccountTerms { Usd = 10, Every = AccountPeriod.Month };
                accounts.Teams["payments"] = new AccountTerms { Usd = 100, Members = ["anna"] };
                accounts.Teams["small"] = new AccountTerms { Usd = 18, Members = ["anna"] };
            }));

        List<StoredRunEvent> events = [];
        for (int number = 0; number < runs; number++)
        {
            string run = await rig.SubmitAsync();
            Assert.Equal(RunStatus.Accepted, (await rig.EndAsync(run)).Status);
            events.AddRange(await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None));
        }

        Assert.Equal(
            [
                $"50 % of $10.00 of the requester anna for {Month}: $5.00 spent",
                $"80 % of $10.00 of the requester anna for {Month}: $8.00 spent",
                $"50 % of $18.00 of the team small for {Month}: $9.00 spent",
                $"100 % of $10.00 of the requester anna for {Month}: $10.00 spent",
            ],
            events.Where(told => told.Event.Kind == RunEventKind.BudgetReached && told.Event.Text.Contains(Month, StringComparison.Ordinal))
                .Select(told => told.Event.Text));
    }

    [Fact]
    public async Task RaisedAccount_TellsItsOwnShares()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("touch done.txt"), Says("done")) { Price = 1_000 },
            change: services => services.Configure<AccountOptions>(accounts => accounts.Teams["payments"] = new AccountTerms { Usd = 1.2m, Members = ["anna"] }));
        string run = await rig.SubmitAsync();

        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);

        Assert.Equal(
            [$"80 % of $1.20 of the team payments for {Month}: $1.00 spent", $"100 % of $2.00 of the team payments for {Month}: $2.00 spent"],
            (await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None))
                .Where(told => told.Event.Kind == RunEventKind.BudgetReached && told.Event.Text.Contains(Month, StringComparison.Ordinal))
                .Select(told => told.Event.Text));
    }

    /// <summary>What a failed request had reserved is there for others.</summary>
    [Fact]
    public async Task FailedRequest_ReservesNothingAnyMore()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Fails(ProviderFailure.Refused, "No.")) { Price = 1_000 },
            change: services => services.Configure<AccountOptions>(accounts => accounts.EachRequester = new AccountTerms { Usd = 5 }));

        RunResult result = await rig.RunAsync();

        AccountBalance balance = Assert.Single(await rig.Accounts.ReadAsync([Anna with { LimitUsd = 5 }], but: null, CancellationToken.None));
        Assert.Equal((RunStatus.Failed, 0m, 5m), (result.Status, balance.ReservedUsd, balance.LeftUsd));
    }

    [Fact]
    public void TermsThatCannotBe_AreNamed()
    {
        var options = new AccountOptions
        {
            EachRequester = new AccountTerms { Usd = 0 },
            Requesters = { ["anna"] = new AccountTerms { Usd = 1, Members = ["ben"] } },
            Teams = { ["payments"] = new AccountTerms { Usd = 1 } },
        };

        string[] faults = [.. new AccountOptionsValidator().Validate(null, options).Failures!];

        Assert.Equal(
            [
                "Budgets:EachRequester:Usd must be a number above 0 in settings.json.",
                "Budgets:Requesters:anna:Members must be left out: only teams have members in settings.json.",
                "Budgets:Teams:payments:Members must name the team's requesters in settings.json.",
            ],
            faults);
    }
}
