using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Runs that reach a limit: each is reached after the first turn.</summary>
public sealed class BudgetCheckpointTests
{
    private static readonly TimeSpan WorkOfATurn = TimeSpan.FromMinutes(15);

    public static TheoryData<Limit> Limits => [Limit.Usd, Limit.Turns, Limit.WallClock];

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task LimitWithStop_EndsWithThatLimitAndThePatch(Limit limit)
    {
        await using RunRig rig = await StartAsync();

        RunResult result = await rig.RunAsync(rig.Task(task => task with { Budget = Terms(limit, LimitAction.Stop) }));

        Assert.Equal((RunStatus.LimitReached, 1), (result.Status, rig.Model.Requests.Count));
        Assert.Contains("done.txt", File.ReadAllText(result.Patch!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProviderReportsNoUsage_WhatWasReservedIsCounted()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            () => Bash("touch done.txt")() with { Usage = TokenUsage.None, IsUsageReported = false }, Says("done"))
        { Price = 1 });

        RunResult result = await rig.RunAsync(rig.Task());

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.InRange(result.Usage.OutputTokens, ModelRequest.LongestAnswer, int.MaxValue);
        Assert.True(result.CostUsd > 0);
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task RaiseApproved_GoesOnWhereItWas(Limit limit)
    {
        await using RunRig rig = await StartAsync();
        string run = await rig.SubmitAsync(rig.Task(task => task with { Budget = Terms(limit, LimitAction.Ask) }));

        Approval approval = await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((CheckpointKind.Budget, $"the limit of {InWords(limit)}"), (approval.Kind, approval.Because));
        Assert.Equal((RunStatus.Accepted, 2), (result.Status, rig.Model.Requests.Count));
    }

    /// <summary>Of a hundred runs that reach their limit side by side, all wait, none fails, and all go on where they were.</summary>
    [Fact]
    public async Task HundredRunsAtTheirLimit_AllWaitAndAllGoOn()
    {
        const int runs = 100;
        await using RunRig rig = await RunRig.StartAsync(new()
        {
            Price = 1_000,
            Answer = request => (request.Prompt.OfType<PromptItem.ProviderItem>().Any() ? Says("done") : Bash("touch done.txt"))(),
        });
        string[] ids = await Task.WhenAll(Enumerable.Range(0, runs).Select(
            _ => rig.SubmitAsync(rig.Task(task => task with { Budget = new BudgetTerms { Usd = 1.5m } }))));

        await Until.TrueAsync(async () => (await OpenAsync(rig)).Count == runs, "a hundred runs that wait", TimeSpan.FromMinutes(3));
        IReadOnlyList<Approval> open = await OpenAsync(rig);
        Assert.All(open, approval => Assert.Equal(CheckpointKind.Budget, approval.Kind));
        Assert.Equal(runs, rig.Model.Requests.Count);
        Assert.All(await rig.Runs.ListAsync(CancellationToken.None), run => Assert.Equal((RunStatus.Waiting, 1m), (run.Status, run.CostUsd)));

        await Task.WhenAll(open.Select(approval => rig.Approvals.DecideAsync(
            new Decision(approval.Id, approval.Digest, new Answer.Approve(), Decider.Local("ben")), CancellationToken.None)));
        await Until.TrueAsync(
            async () => (await rig.Runs.ListAsync(CancellationToken.None)).All(run => run.Result is not null), "their ends", TimeSpan.FromMinutes(3));

        IReadOnlyList<RunSummary> ended = await rig.Runs.ListAsync(CancellationToken.None);
        Assert.Equal(ids.Order(), ended.Select(run => run.RunId).Order());
        Assert.All(ended, run => Assert.Equal((RunStatus.Accepted, 2), (run.Status, run.Turns)));
        Assert.Equal(2 * runs, rig.Model.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task RaiseDenied_EndsWithThatLimit(Limit limit)
    {
        await using RunRig rig = await StartAsync();
        string run = await rig.SubmitAsync(rig.Task(task => task with { Budget = Terms(limit, LimitAction.Ask) }));

        await rig.DecideAsync(run, isApproval: false);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.LimitReached, 1), (result.Status, rig.Model.Requests.Count));
    }

    [Fact]
    public async Task RestPaysForLessThanAnAnswer_AsksBeforeTheCall()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch done.txt"), PutsOff(TimeSpan.FromSeconds(31)), Says("done")) { Price = 1000 }, hubTime: new SkippingTime());
        string run = await rig.SubmitAsync(rig.Task(task => task with { Budget = new BudgetTerms { Usd = 1.5m } }));

        Approval approval = await rig.OpenApprovalAsync(run);
        int asked = rig.Model.Requests.Count;
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(1, asked);
        Assert.Equal(
            "$1.00 of $1.50 spent, and the next request may cost $1.00; approving raises it: $1.00 of $3.00 spent. Denying ends the run with its patch.",
            approval.Subject);
        Assert.Equal((RunStatus.Accepted, 2, 2m), (result.Status, result.Turns, result.CostUsd));
        Assert.Equal([1_500, 2_000, 2_000], rig.Model.Requests.Select(request => request.MaxOutputTokens));
    }

    [Fact]
    public async Task BudgetTooSmallForTheFirstRequest_EndsUnasked()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says("done")) { Price = 1000 });

        RunResult result = await rig.RunAsync(rig.Task(task => task with { Budget = new BudgetTerms { Usd = 0.9m, OnLimit = LimitAction.Stop } }));

        Assert.Equal((RunStatus.LimitReached, 0, 0), (result.Status, result.Turns, rig.Model.Requests.Count));
        Assert.Equal("$0.0000 of $0.9000 spent, and the next request may cost $1.00", result.Reason);
    }

    [Fact]
    public async Task CanceledAtTheLimit_IsCanceled()
    {
        await using RunRig rig = await StartAsync();
        string run = await rig.SubmitAsync(rig.Task(task => task with { Budget = Terms(Limit.Turns, LimitAction.Ask) }));
        await rig.OpenApprovalAsync(run);

        await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Canceled, result.Status);
    }

    [Fact]
    public async Task WaitingForAPerson_CostsNoTimeAtWork()
    {
        var time = new LeapingTime();
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo x", "touch done.txt"), Says("done")), time);
        string run = await rig.SubmitAsync(rig.Task(task => task with
        {
            Budget = Terms(Limit.WallClock, LimitAction.Stop),
            Checkpoints = task.Checkpoints with { Tools = [new ToolRule("bash", "echo x", Ruling.Ask)] },
        }));
        await rig.OpenApprovalAsync(run);

        time.Leap(WorkOfATurn);
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Accepted, result.Status);
    }

    /// <summary>The first answer costs a dollar, and a quarter of an hour at work.</summary>
    private static Task<RunRig> StartAsync()
    {
        var time = new LeapingTime();
        return RunRig.StartAsync(
            new(
                () =>
                {
                    time.Leap(WorkOfATurn);
                    return Bash("touch done.txt")();
                },
                Says("done"))
            { Price = 1000 },
            time);
    }

    private static Task<IReadOnlyList<Approval>> OpenAsync(RunRig rig) => rig.Approvals.ListOpenAsync(run: null, CancellationToken.None);

    private static BudgetTerms Terms(Limit limit, LimitAction action) => limit switch
    {
        Limit.Usd => new BudgetTerms { Usd = 1, OnLimit = action },
        Limit.Turns => new BudgetTerms { Turns = 1, OnLimit = action },
        Limit.WallClock => new BudgetTerms { WallClock = TimeSpan.FromMinutes(10), OnLimit = action },
    };

    private static string InWords(Limit limit) => limit switch
    {
        Limit.Usd => "dollars",
        Limit.Turns => "turns",
        _ => "time at work",
    };
}
