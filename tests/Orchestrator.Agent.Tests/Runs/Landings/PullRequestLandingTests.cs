using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Testing.GitHub;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs.Landings;

/// <summary>From a task to a draft pull request with its evidence, on a strict GitHub of our own and the real git over http.</summary>
public sealed class PullRequestLandingTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly PullRequestRig _hub = new();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Accepted_TheBranchHasADraftPullRequestWithTheEvidence()
    {
        await using RunRig rig = await StartAsync(asApp: false);

        string run = await rig.SubmitAsync(rig.Task(PullRequestRig.Unasked));
        RunResult result = await rig.EndAsync(run);

        JsonObject pull = Assert.Single(_hub.GitHub.Pulls);
        Assert.Equal((RunStatus.Accepted, null), (result.Status, result.Reason));
        Assert.Equal((1, (string)pull["html_url"]!), (result.Landing!.PullRequest!.Number, result.Landing.PullRequest.Url));
        Assert.Equal(
            ("Write done.txt.", true, $"orchestrator/{run}", "main", result.Landing.Commit, "agent"),
            ((string)pull["title"]!, (bool)pull["draft"]!, (string)pull["head"]!["ref"]!, (string)pull["base"]!["ref"]!, (string)pull["head"]!["sha"]!, (string)pull["labels"]![0]!["name"]!));
        foreach (string shown in (string[])["```text\nWrite done.txt.\n```", "| ` done ` | 0 |", result.Verdict!.Tree, result.Landing.Commit, $"| run | ` {run} ` |", "| cost | $"])
        {
            Assert.Contains(shown, (string)pull["body"]!, StringComparison.Ordinal);
        }

        JsonObject status = Assert.Single(_hub.GitHub.Statuses);
        Assert.Equal((result.Landing.Commit, "orchestrator", "success", "verified: done"), ((string)status["sha"]!, (string)status["context"]!, (string)status["state"]!, (string)status["description"]!));
    }

    /// <summary>The approval says that a pull request will be opened, and nothing is sent before.</summary>
    [Fact]
    public async Task Asked_ShowsThePullRequestAndWaits()
    {
        await using RunRig rig = await StartAsync(asApp: true);
        string run = await rig.SubmitAsync(rig.Task(PullRequestRig.Asked));

        Approval asked = await rig.OpenApprovalAsync(run);
        bool wasQuiet = _hub.GitHub.Pulls.Count == 0 && !_hub.GitHub.Asked.Any(request => request.StartsWith("PO", StringComparison.Ordinal) && !request.Contains("access_tokens", StringComparison.Ordinal));
        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);

        Assert.Contains("opens    a draft pull request to main: Write done.txt. (labels: agent)\n", asked.Subject, StringComparison.Ordinal);
        Assert.True(wasQuiet);
        Assert.Single(_hub.GitHub.Pulls);
    }

    /// <summary>Killed behind every step of the landing: one branch, one commit, one pull request, one label, one verdict.</summary>
    [Fact]
    public async Task EveryStepRepeated_MakesNoSecondAnything()
    {
        var losses = new LostResults();
        await using RunRig rig = await StartAsync(asApp: false, losses.AddTo);

        string run = await rig.SubmitAsync(rig.Task(PullRequestRig.Unasked));
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, (2, 4)), (result.Status, losses.Attempts));
        Assert.Single(Assert.Single(_hub.GitHub.Pulls)["labels"]!.AsArray());
        Assert.Single(_hub.GitHub.Statuses);
        Assert.Equal(2, GitFolder.At(_hub.GitHub.Bare).Git("for-each-ref", "refs/heads").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    /// <summary>Tokens that were taken away are renewed by the App, for git and for the API.</summary>
    [Fact]
    public async Task AppWhoseTokenEndsMeanwhile_GetsAnother()
    {
        await using RunRig rig = await StartAsync(asApp: true);
        string run = await rig.SubmitAsync(rig.Task(PullRequestRig.Asked));
        await rig.OpenApprovalAsync(run);

        _hub.Access.RevokeAll();
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 2), (result.Status, _hub.Access.Minted));
        Assert.NotEmpty(_hub.GitHub.Refused);
        Assert.Single(_hub.GitHub.Pulls);
    }

    /// <summary>No text that is kept has a token, though git and the API were shown them.</summary>
    [Fact]
    public async Task Tokens_AreInNoFileOfTheDeployment()
    {
        await using RunRig rig = await StartAsync(asApp: true);

        RunResult result = await rig.RunAsync(rig.Task(PullRequestRig.Unasked));
        string[] secrets = [.. _hub.Access.Tokens, PullRequestRig.Token, _hub.Access.Pem.Split('\n')[1]];
        string[] found =
        [
            .. from file in Directory.EnumerateFiles(rig.Data.Root, "*", SearchOption.AllDirectories)
               where !file.EndsWith(".lock", StringComparison.Ordinal)
               let text = ReadShared(file)
               where secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal))
               select file,
        ];

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Empty(found);
        Assert.Equal("[secret: GitHub App token]", rig.Service<Redactor>().Redact(_hub.Access.Tokens.Last(token => token != PullRequestRig.Token)));
    }

    [Fact]
    public async Task GitHubThatRefuses_IsPutBeforeAPersonAndTriedAgain()
    {
        await using RunRig rig = await StartAsync(asApp: false);
        string run = await rig.SubmitAsync(rig.Task(PullRequestRig.Asked));
        await rig.OpenApprovalAsync(run);

        _hub.Access.RevokeAll();
        await rig.DecideAsync(run, isApproval: true);
        Approval failed = await Until.SetAsync(async () => await rig.Approvals.FindAsync($"{run}.landing2f", CancellationToken.None), "the question about what is in the way");
        _hub.Access.With(PullRequestRig.Token);
        await rig.AnswerAsync(failed, new Answer.Approve());
        Approval again = await Until.SetAsync(async () => await rig.Approvals.FindAsync($"{run}.landing2a1", CancellationToken.None), "the question about the second attempt");
        await rig.AnswerAsync(again, new Answer.Approve());
        RunResult result = await rig.EndAsync(run);

        Assert.Contains("could not push", failed.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain(PullRequestRig.Token, failed.Subject, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Accepted, 1), (result.Status, _hub.GitHub.Pulls.Count));
    }

    /// <summary>The branch is there and its pull request is not: what comes next is another commit behind the first.</summary>
    [Fact]
    public async Task PullRequestThatIsRefused_TheModelMayWorkOnBehindWhatWasPushed()
    {
        await using RunRig rig = await _hub.StartAsync(
            new(Bash("echo yes > done.txt"), Says("done"), Bash("echo better > done.txt"), Says("better")), test: nameof(PullRequestLandingTests));
        _hub.GitHub.AnswerNext(FakeGitHub.Forbidden());
        string run = await rig.SubmitAsync(rig.Task(PullRequestRig.Unasked));

        Approval failed = await rig.OpenApprovalAsync(run);
        await rig.AnswerAsync(failed, new Answer.RequestChanges("Make it better."));
        RunResult result = await rig.EndAsync(run);

        Assert.Contains("lacks the right", failed.Subject, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Accepted, 1), (result.Status, _hub.GitHub.Pulls.Count));
        Assert.Equal("3", GitFolder.At(_hub.GitHub.Bare).Git("rev-list", "--count", result.Landing!.Branch).Trim());
    }

    /// <summary>Found before anything is spent.</summary>
    [Fact]
    public async Task MissingToken_IsSaidBeforeTheRunStarts()
    {
        await using RunRig rig = await StartAsync(asApp: false, services => services.AddSingleton(new SecretVariables(_ => null)));

        EnvironmentException missing = await Assert.ThrowsAsync<EnvironmentException>(() => rig.SubmitAsync(rig.Task(PullRequestRig.Unasked)));

        Assert.Contains("GITHUB_TOKEN is not set", missing.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.GitHub.Asked);
    }

    /// <summary>A server that is no code host to us, with a token of its own.</summary>
    [Fact]
    public async Task BranchOverHttp_IsPushedWithTheHostsToken()
    {
        await using RunRig rig = await StartAsync(asApp: false, services =>
        {
            services.RemoveAll<ICodeHost>();
            services.Configure<LandingOptions>(landing => landing.Credentials.Add(new RemoteTokenOptions { Host = _hub.GitHub.Url.Authority, TokenEnv = "GITHUB_TOKEN" }));
        });

        RunResult result = await rig.RunAsync(rig.Task(task => PullRequestRig.Unasked(task) with { Land = new LandTerms { Kind = LandKind.Branch } }));

        Assert.Equal((RunStatus.Accepted, null), (result.Status, result.Landing!.PullRequest));
        Assert.Equal(result.Landing.Commit, GitFolder.At(_hub.GitHub.Bare).Git("rev-parse", result.Landing.Branch).Trim());
        Assert.Empty(_hub.GitHub.Asked);
    }

    [Fact]
    public async Task RemoteWithoutPullRequests_IsRefused()
    {
        await using RunRig rig = await StartAsync(asApp: false);

        TaskFileException refused = await Assert.ThrowsAsync<TaskFileException>(() => rig.SubmitAsync(rig.Task(task => PullRequestRig.Unasked(task) with
        {
            Land = new LandTerms { Kind = LandKind.PullRequest, Remote = "https://git.example.org/a/b" },
        })));

        Assert.Contains("there are no pull requests at https://git.example.org/a/b", refused.Message, StringComparison.Ordinal);
    }

    private Task<RunRig> StartAsync(bool asApp, Action<IServiceCollection>? change = null) =>
        _hub.StartAsync(new(Bash("echo yes > done.txt"), Says("done")), asApp, change: change, test: nameof(PullRequestLandingTests));

    private static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var text = new StreamReader(stream, System.Text.Encoding.Latin1);
        return text.ReadToEnd();
    }
}
