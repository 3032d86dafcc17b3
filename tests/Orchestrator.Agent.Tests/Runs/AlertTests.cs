using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>What a run's followers are told of its money on the way.</summary>
public sealed class AlertTests
{
    [Fact]
    public async Task HalfMostAndAllOfTheDollars_AreToldOnceEach()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new([.. Enumerable.Repeat(Bash("true"), 9), Bash("touch done.txt"), Says("done")]) { Price = 100 });

        IReadOnlyList<StoredRunEvent> told = await RunAsync(rig, new BudgetTerms { Usd = 1.1m }, RunEventKind.BudgetReached);

        Assert.Equal(
            [(6, "50 % of $1.10: $0.6000 spent"), (9, "80 % of $1.10: $0.9000 spent"), (11, "100 % of $1.10: $1.10 spent")],
            told.Select(alert => (alert.Event.Turn, alert.Event.Text)));
    }

    [Fact]
    public async Task OneDearTurn_TellsTheLargestShareOnly()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch done.txt"), Says("done")) { Price = 1_000 });

        IReadOnlyList<StoredRunEvent> told = await RunAsync(rig, new BudgetTerms { Usd = 2.4m }, RunEventKind.BudgetReached);

        Assert.Equal(["80 % of $2.40: $2.00 spent"], told.Select(alert => alert.Event.Text));
    }

    [Fact]
    public async Task ModelWithoutPrice_TellsNothing()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch done.txt"), Says("done")));

        Assert.Empty(await RunAsync(rig, new BudgetTerms(), RunEventKind.BudgetReached));
    }

    [Fact]
    public void RaisedLimit_TellsItsOwnShares()
    {
        Budget budget = Budget.Of(new BudgetTerms { Usd = 1 }, isPriced: true).Spent(0.9m, 1, TimeSpan.Zero).Told();

        Budget raised = budget.Raised(Limit.Usd);

        Assert.Equal((80, 0), (budget.ToldShare, raised.ToldShare));
        Assert.Equal("50 % of $2.00: $1.10 spent", Assert.Single(raised.Share!.Alert(turn: 2, costUsd: 0.2m)).Text);
    }

    [Fact]
    public async Task CacheThatFallsAway_IsToldOnce()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Billed(10_000, 0), Billed(12_000, 10_000), Billed(14_000, 0), Billed(16_000, 100), Billed(18_000, 0), Billed(20_000, 18_000), Bash("touch done.txt"), Says("done"))
        { Price = 30, CachedPrice = 0.5m });

        IReadOnlyList<StoredRunEvent> told = await RunAsync(rig, new BudgetTerms(), RunEventKind.CacheMissed);

        StoredRunEvent alarm = Assert.Single(told);
        Assert.Equal(4, alarm.Event.Turn);
        Assert.StartsWith("100 of 14,000 tokens that were sent before came from the provider's cache", alarm.Event.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneMiss_IsNoAlarm()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Billed(10_000, 0), Billed(12_000, 10_000), Billed(14_000, 0), Billed(16_000, 14_000), Bash("touch done.txt"), Says("done"))
        { Price = 30, CachedPrice = 0.5m });

        Assert.Empty(await RunAsync(rig, new BudgetTerms(), RunEventKind.CacheMissed));
    }

    private static Func<ModelReply> Billed(long input, long cached) => () => Bash("true")() with { Usage = new TokenUsage(input, cached, 100) };

    private static async Task<IReadOnlyList<StoredRunEvent>> RunAsync(RunRig rig, BudgetTerms budget, RunEventKind kind)
    {
        string run = await rig.SubmitAsync(rig.Task(task => task with { Budget = budget }));
        Assert.Equal(RunStatus.Accepted, (await rig.EndAsync(run)).Status);
        return [.. (await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None)).Where(happened => happened.Event.Kind == kind)];
    }
}
