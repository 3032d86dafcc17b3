using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Workspaces;
using Orchestrator.CodeHosts;
using Orchestrator.CodeHosts.AzureRepos;
using Orchestrator.Testing.AzureRepos;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs.Landings;

/// <summary>The same landing as on GitHub, on a strict Azure DevOps server of our own and the real git over http.</summary>
public sealed class AzureReposLandingTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private FakeAzureRepos _azure = null!;

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _azure.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Accepted_TheBranchHasADraftPullRequestWithTheEvidence()
    {
        await using RunRig rig = await StartAsync(null, Bash("echo yes > done.txt"), Says("done"));

        string run = await rig.SubmitAsync(rig.Task(PullRequestRig.Unasked));
        RunResult result = await rig.EndAsync(run);

        JsonObject pull = Assert.Single(_azure.Pulls);
        Assert.Equal((RunStatus.Accepted, null), (result.Status, result.Reason));
        Assert.Equal(new OpenedPullRequest(101, $"{_azure.Url}/acme/Pay%20ments/_git/app/pullrequest/101"), result.Landing!.PullRequest);
        Assert.Equal(
            ("Write done.txt.", true, $"refs/heads/orchestrator/{run}", "refs/heads/main"),
            ((string)pull["title"]!, (bool)pull["isDraft"]!, (string)pull["sourceRefName"]!, (string)pull["targetRefName"]!));
        Assert.Equal(["agent"], _azure.LabelsOf(101));
        foreach (string shown in (string[])["```text\nWrite done.txt.\n```", "| ` done ` | 0 |", result.Verdict!.Tree, result.Landing.Commit, $"| run | ` {run} ` |"])
        {
            Assert.Contains(shown, (string)pull["description"]!, StringComparison.Ordinal);
        }

        (string commit, JsonObject verdict) = Assert.Single(_azure.Statuses.OfCommits);
        Assert.Equal((result.Landing.Commit, "succeeded", "verified: done"), (commit, (string)verdict["state"]!, (string)verdict["description"]!));
        Assert.Equal(result.Landing.Commit, GitFolder.At(_azure.Bare).Git("rev-parse", result.Landing.Branch).Trim());
    }

    /// <summary>Killed behind every step of the landing: one branch, one commit, one pull request, one label, one verdict.</summary>
    [Fact]
    public async Task EveryStepRepeated_MakesNoSecondAnything()
    {
        var losses = new LostResults();
        await using RunRig rig = await StartAsync(losses.AddTo, Bash("echo yes > done.txt"), Says("done"));

        RunResult result = await rig.RunAsync(rig.Task(PullRequestRig.Unasked));

        Assert.Equal((RunStatus.Accepted, (2, 4)), (result.Status, losses.Attempts));
        Assert.Equal((1, 1, 1), (_azure.Pulls.Count, _azure.LabelsOf(101).Count, _azure.Statuses.OfCommits.Count));
        Assert.Equal(2, GitFolder.At(_azure.Bare).Git("for-each-ref", "refs/heads").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task RedBuild_IsMendedByTheModelAndPushedToTheSameBranch()
    {
        await using RunRig rig = await StartAsync(null, Bash("echo yes > done.txt"), Says("done"), Bash("echo better > done.txt"), Says("mended"));
        _azure.Pipelines.Judge = commit => GitFolder.At(_azure.Bare).Git("show", $"{commit}:done.txt") == "better\n" ? ("succeeded", "fine") : ("failed", $"expected better, token {FakeAzureRepos.PersonalToken}");

        RunResult result = await rig.RunAsync(rig.Task(task => PullRequestRig.Unasked(task) with
        {
            Land = new LandTerms { Kind = LandKind.PullRequest, Babysit = new BabysitTerms { Rounds = 2, Timeout = TimeSpan.FromHours(1) } },
        }));

        string told = Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[2].Prompt[^1]).Text;
        Assert.Contains("- build\n", told, StringComparison.Ordinal);
        Assert.Contains("Test:\nexpected better, token [secret: AZURE_DEVOPS_TOKEN]\nBash exited with code '1'.\n", told, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Accepted, PipelineState.Passed, 4), (result.Status, result.Landing!.Checks!.State, result.Turns));
        Assert.Contains(result.Landing.Commit, (string)Assert.Single(_azure.Pulls)["description"]!, StringComparison.Ordinal);
        Assert.Equal(2, _azure.Statuses.OfCommits.Count);
    }

    /// <summary>A token that is taken away meanwhile is put before a person, and is in none of what they are shown.</summary>
    [Fact]
    public async Task TokenThatIsTakenAway_IsPutBeforeAPersonAndTriedAgain()
    {
        await using RunRig rig = await StartAsync(null, Bash("echo yes > done.txt"), Says("done"));
        string run = await rig.SubmitAsync(rig.Task(PullRequestRig.Asked));
        await rig.OpenApprovalAsync(run);

        _azure.Token = null;
        await rig.DecideAsync(run, isApproval: true);
        Approval failed = await Until.SetAsync(async () => await rig.Approvals.FindAsync($"{run}.landing2f", CancellationToken.None), "the question about what is in the way");
        _azure.Token = FakeAzureRepos.PersonalToken;
        await rig.AnswerAsync(failed, new Answer.Approve());
        await rig.AnswerAsync(
            await Until.SetAsync(async () => await rig.Approvals.FindAsync($"{run}.landing2a1", CancellationToken.None), "the question about the second attempt"), new Answer.Approve());
        RunResult result = await rig.EndAsync(run);

        Assert.DoesNotContain(FakeAzureRepos.PersonalToken, failed.Subject, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Accepted, 1), (result.Status, _azure.Pulls.Count));
    }

    /// <summary>A branch goes by the token of Azure Repos, and by the credential that names the host where there is none of that: as before there were pull requests.</summary>
    [Theory]
    [InlineData("GIT_TOKEN")]
    [InlineData("AZURE_DEVOPS_TOKEN")]
    public async Task Branch_IsPushedWithTheTokenThatIsThere(string there)
    {
        await using RunRig rig = await StartAsync(services => Hold(services, there), Bash("echo yes > done.txt"), Says("done"));

        RunResult result = await rig.RunAsync(rig.Task(task => PullRequestRig.Unasked(task) with { Land = new LandTerms { Kind = LandKind.Branch } }));

        Assert.Equal((RunStatus.Accepted, null), (result.Status, result.Landing!.PullRequest));
        Assert.Equal(result.Landing.Commit, GitFolder.At(_azure.Bare).Git("rev-parse", result.Landing.Branch).Trim());
        Assert.Empty(_azure.Asked);
    }

    [Theory]
    [InlineData(LandKind.PullRequest, "GIT_TOKEN", "land: Azure Repos can't be asked")]
    [InlineData(LandKind.Branch, "ANOTHER_TOKEN", "land.remote: GIT_TOKEN is not set, the token for 127.0.0.1")]
    public async Task TokenThatIsMissing_IsSaidBeforeTheRunStarts(LandKind kind, string there, string said)
    {
        await using RunRig rig = await StartAsync(services => Hold(services, there), Bash("echo yes > done.txt"), Says("done"));

        EnvironmentException missing = await Assert.ThrowsAsync<EnvironmentException>(
            () => rig.SubmitAsync(rig.Task(task => PullRequestRig.Unasked(task) with { Land = new LandTerms { Kind = kind } })));

        Assert.StartsWith(said, missing.Message, StringComparison.Ordinal);
        Assert.Empty(_azure.Asked);
    }

    /// <summary>The one variable that is set; settings name another one for the host.</summary>
    private void Hold(IServiceCollection services, string variable)
    {
        services.AddSingleton(new SecretVariables(name => name == variable ? FakeAzureRepos.PersonalToken : null));
        services.Configure<LandingOptions>(landing => landing.Credentials.Add(new RemoteTokenOptions { Host = _azure.Url.Authority, TokenEnv = "GIT_TOKEN" }));
    }

    private async Task<RunRig> StartAsync(Action<IServiceCollection>? change, params Func<ModelReply>[] answers)
    {
        string bare = PullRequestRig.CreateBare(_folder);
        _azure = await FakeAzureRepos.StartAsync(bare);
        RunRig rig = await RunRig.StartAsync(
            new(answers),
            hubTime: new SkippingTime(),
            change: services =>
            {
                services.AddCodeHosts().AddSingleton(new SecretVariables(name => name == "AZURE_DEVOPS_TOKEN" ? FakeAzureRepos.PersonalToken : null));
                services.Configure<AzureReposOptions>(options => options.Url = _azure.Url);
                change?.Invoke(services);
            },
            test: nameof(AzureReposLandingTests));
        PullRequestRig.Connect(rig, bare, _azure.Remote);
        return rig;
    }
}
