using System.Text.Json.Nodes;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs.Landings;

/// <summary>A run looks after its pull request: it waits for the checks, mends what they find, and ends as they stand.</summary>
public sealed class BabysitTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly PullRequestRig _hub = new();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task RedCheck_IsMendedByTheModelAndPushedToTheSameBranch()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"), Bash("echo better > done.txt"), Says("mended"));
        _hub.GitHub.Checks.Judge = commit => TextAt(commit) == "better\n" ? ("success", "fine") : ("failure", $"``` leave the fence\nexpected better, token {PullRequestRig.Token}");

        string run = await rig.SubmitAsync(rig.Task(task => Babysat(task, rounds: 2)));
        RunResult result = await rig.EndAsync(run);

        string told = Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[2].Prompt[^1]).Text;
        Assert.Contains("- build\n", told, StringComparison.Ordinal);
        Assert.Contains("````text\n``` leave the fence\nexpected better, token [secret: GITHUB_TOKEN]\n````\n", told, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Accepted, PipelineState.Passed, 4), (result.Status, result.Landing!.Checks!.State, result.Turns));
        JsonObject pull = Assert.Single(_hub.GitHub.Pulls);
        Assert.Contains(result.Landing.Commit, (string)pull["body"]!, StringComparison.Ordinal);
        Assert.Equal("3", GitFolder.At(_hub.GitHub.Bare).Git("rev-list", "--count", $"orchestrator/{run}").Trim());
        Assert.Equal(2, _hub.GitHub.Statuses.Count);
    }

    [Fact]
    public async Task ChecksThatStayRed_EndTheRunAsTheyStand()
    {
        await using RunRig rig = await StartAsync(Bash("echo yes > done.txt"), Says("done"), Bash("echo no > done.txt"), Says("done again"));
        _hub.GitHub.Checks.Judge = _ => ("failure", "no");

        RunResult result = await rig.RunAsync(rig.Task(task => Babysat(task, rounds: 1)));

        Assert.Equal((RunStatus.Accepted, PipelineState.Failed, 4), (result.Status, result.Landing!.Checks!.State, result.Turns));
        Assert.Equal(["build"], result.Landing.Checks.Failed);
    }

    [Fact]
    public async Task CommitThatNobodyChecks_IsWaitedForSomeMinutesOnly()
    {
        var time = new SkippingTime();
        await using RunRig rig = await _hub.StartAsync(new(Bash("echo yes > done.txt"), Says("done")), hubTime: time, test: nameof(BabysitTests));

        RunResult result = await rig.RunAsync(rig.Task(task => Babysat(task, rounds: 1)));

        Assert.Equal((RunStatus.Accepted, PipelineState.None), (result.Status, result.Landing!.Checks!.State));
        Assert.InRange(time.Skipped, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task ChecksThatDoNotEnd_AreWaitedForAsLongAsTheTaskSays()
    {
        var time = new SkippingTime();
        await using RunRig rig = await _hub.StartAsync(new(Bash("echo yes > done.txt"), Says("done")), hubTime: time, test: nameof(BabysitTests));
        _hub.GitHub.Checks.Judge = Pending;

        RunResult result = await rig.RunAsync(rig.Task(task => Babysat(task, rounds: 1)));

        Assert.Equal((RunStatus.Accepted, PipelineState.TimedOut), (result.Status, result.Landing!.Checks!.State));
        Assert.InRange(time.Skipped, TimeSpan.FromHours(1), TimeSpan.FromHours(1.2));
        Assert.InRange(_hub.GitHub.Asked.Count(request => request.EndsWith("/check-runs", StringComparison.Ordinal)), 5, 20);
    }

    /// <summary>The wait holds nothing, and a restart goes on with it; a cancel ends it at once, and says where the branch is.</summary>
    [Fact]
    public async Task CanceledWhileItWaits_EndsWithWhatWasPushed()
    {
        await using RunRig rig = await _hub.StartAsync(new(Bash("echo yes > done.txt"), Says("done")), test: nameof(BabysitTests));
        _hub.GitHub.Checks.Judge = Pending;
        string run = await rig.SubmitAsync(rig.Task(task => Babysat(task, rounds: 1)));
        await Until.TrueAsync(() => _hub.GitHub.Asked.Any(request => request.EndsWith("/check-runs", StringComparison.Ordinal)), "the first look");

        await rig.RestartAsync();
        await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Canceled, 1), (result.Status, result.Landing!.PullRequest!.Number));
    }

    private Task<RunRig> StartAsync(params Func<ModelReply>[] answers) => _hub.StartAsync(new(answers), hubTime: new SkippingTime(), test: nameof(BabysitTests));

    private (string, string)? Pending(string commit)
    {
        _hub.GitHub.Checks.Set(commit, "build", conclusion: null);
        return null;
    }

    private string TextAt(string commit) => GitFolder.At(_hub.GitHub.Bare).Git("show", $"{commit}:done.txt");

    private static AgentTask Babysat(AgentTask task, int rounds) => PullRequestRig.Unasked(task) with
    {
        Land = new LandTerms { Kind = LandKind.PullRequest, Babysit = new BabysitTerms { Rounds = rounds, Timeout = TimeSpan.FromHours(1) } },
    };
}
