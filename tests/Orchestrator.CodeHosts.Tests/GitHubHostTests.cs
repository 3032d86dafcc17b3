using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Workspaces;
using Orchestrator.CodeHosts.GitHub;
using Orchestrator.Testing.GitHub;

namespace Orchestrator.CodeHosts.Tests;

/// <summary>What the client asks of GitHub, against a strict one of our own.</summary>
public sealed class GitHubHostTests : IAsyncLifetime, IAsyncDisposable
{
    private const string Branch = "orchestrator/r1";

    private readonly BareRepository _repository = new(Branch);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
    private readonly GitHubAccess _access;
    private FakeGitHub _github = null!;
    private GitHubWire? _wire;

    public GitHubHostTests() => _access = new GitHubAccess(_time);

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        _wire?.Dispose();
        await (_github?.DisposeAsync() ?? ValueTask.CompletedTask);
        _repository.Dispose();
    }

    [Fact]
    public async Task AskedTwice_OpensOnePullRequestAndSetsOneVerdict()
    {
        (GitHubHost host, RemoteAddress remote) = await StartAsync();

        OpenedPullRequest first = await host.EnsureAsync(remote, Draft(), CancellationToken.None);
        OpenedPullRequest second = await host.EnsureAsync(remote, Draft(), CancellationToken.None);
        await host.MarkAsync(remote, new CommitMark(_repository.Commit, "verified: tests", null), CancellationToken.None);
        await host.MarkAsync(remote, new CommitMark(_repository.Commit, "verified: tests", null), CancellationToken.None);

        Assert.Equal((1, first), (first.Number, second));
        Assert.Equal((1, 1, 0), (_github.Pulls.Count, _github.Checks.Made.Count, _github.Statuses.Count));
        Assert.Equal(["a", "b"], _github.Pulls[0]["labels"]!.AsArray().Select(label => (string)label!["name"]!));
    }

    /// <summary>The verdict of what was mended meanwhile takes the place of the one before; what others check is something else.</summary>
    [Fact]
    public async Task NewVerdict_TakesThePlaceOfTheOld_AndIsNoCheckOfOthers()
    {
        (GitHubHost host, RemoteAddress remote) = await StartAsync();
        _github.Checks.Set(_repository.Commit, "build", "success");
        await host.MarkAsync(remote, new CommitMark(_repository.Commit, "verified: tests", null), CancellationToken.None);

        await host.MarkAsync(remote, new CommitMark(_repository.Commit, "verified: tests, lint", new Uri("https://orchestrator.example/runs/r1")), CancellationToken.None);

        JsonObject verdict = Assert.Single(_github.Checks.Made);
        Assert.Equal(
            ("orchestrator", "completed", "success", "verified: tests, lint", "https://orchestrator.example/runs/r1"),
            ((string)verdict["name"]!, (string)verdict["status"]!, (string)verdict["conclusion"]!, (string)verdict["output"]!["title"]!, (string)verdict["details_url"]!));
        Assert.Equal(["build"], (await host.FindChecksAsync(remote, _repository.Landing, CancellationToken.None)).Select(check => check.Name));
    }

    /// <summary>An App that was installed before it asked for the right to write checks.</summary>
    [Fact]
    public async Task AppThatMayNotWriteChecks_SetsACommitStatus()
    {
        (GitHubHost host, RemoteAddress remote) = await StartAsync();
        _access.GrantsChecks = false;

        await host.MarkAsync(remote, new CommitMark(_repository.Commit, "verified: tests", null), CancellationToken.None);
        await host.MarkAsync(remote, new CommitMark(_repository.Commit, "verified: tests", null), CancellationToken.None);

        Assert.Equal((0, 1), (_github.Checks.Made.Count, _github.Statuses.Count));
    }

    /// <summary>New evidence takes the place of the old; what a person has written stays.</summary>
    [Fact]
    public async Task NewEvidence_TakesThePlaceOfTheOld()
    {
        (GitHubHost host, RemoteAddress remote) = await StartAsync();
        await host.EnsureAsync(remote, Draft("old"), CancellationToken.None);
        _github.Change(1, pull => pull["body"] = $"before\n{pull["body"]}\nafter");

        await host.EnsureAsync(remote, Draft("new"), CancellationToken.None);

        Assert.Equal($"before\n{Draft("new").Text.Within(1_000)}\nafter", (string)_github.Pulls[0]["body"]!);
    }

    [Fact]
    public async Task PullRequestThatSomebodyClosed_IsNotOpenedAgain()
    {
        (GitHubHost host, RemoteAddress remote) = await StartAsync();
        await host.EnsureAsync(remote, Draft(), CancellationToken.None);
        _github.Change(1, pull => pull["state"] = "closed");

        CodeHostException refused = await Assert.ThrowsAsync<CodeHostException>(() => host.EnsureAsync(remote, Draft(), CancellationToken.None));

        Assert.Contains("somebody has closed", refused.Message, StringComparison.Ordinal);
        Assert.Single(_github.Pulls);
    }

    /// <summary>A token lasts an hour, a run may last many: each is renewed before its end, and each is asked for once.</summary>
    [Fact]
    public async Task RunOfManyHours_IsNeverTurnedAway()
    {
        (GitHubHost host, RemoteAddress remote) = await StartAsync();

        for (int minutes = 0; minutes < 6 * 60; minutes += 10)
        {
            await host.EnsureAsync(remote, Draft(), CancellationToken.None);
            _time.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Empty(_github.Refused);
        Assert.Equal((6, 1), (_access.Minted, _github.Pulls.Count));
    }

    [Fact]
    public async Task TokenThatWasTakenAway_IsRenewedOnce()
    {
        (GitHubHost host, RemoteAddress remote) = await StartAsync();
        await host.EnsureAsync(remote, Draft(), CancellationToken.None);

        _access.RevokeAll();
        await host.EnsureAsync(remote, Draft(), CancellationToken.None);

        Assert.Equal((2, 1), (_access.Minted, _github.Refused.Count));
    }

    [Fact]
    public async Task LimitOfSeconds_IsWaitedFor()
    {
        (GitHubHost host, RemoteAddress remote) = await StartAsync();
        await host.FindCredentialAsync(remote, CancellationToken.None);
        _github.AnswerNext(FakeGitHub.SecondaryLimit(20));

        Task<OpenedPullRequest> asking = host.EnsureAsync(remote, Draft(), CancellationToken.None);
        DateTimeOffset begun = _time.GetUtcNow();
        var patience = Stopwatch.StartNew();
        while (!asking.IsCompleted && patience.Elapsed < TimeSpan.FromSeconds(30))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(asking, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None));
        }

        await asking;
        Assert.True(_time.GetUtcNow() - begun >= TimeSpan.FromSeconds(19));
        Assert.Single(_github.Pulls);
    }

    [Fact]
    public async Task LongLimit_IsLeftToWhoCanWait()
    {
        (GitHubHost host, RemoteAddress remote) = await StartAsync();
        await host.FindCredentialAsync(remote, CancellationToken.None);
        _github.AnswerNext(FakeGitHub.SecondaryLimit(900));

        CodeHostException refused = await Assert.ThrowsAsync<CodeHostException>(() => host.EnsureAsync(remote, Draft(), CancellationToken.None));

        Assert.NotNull(refused.RetryAfter);
        Assert.Empty(_github.Pulls);
    }

    [Fact]
    public async Task WrongBase_IsSaidInGitHubsWords()
    {
        (GitHubHost host, RemoteAddress remote) = await StartAsync();

        CodeHostException refused = await Assert.ThrowsAsync<CodeHostException>(
            () => host.EnsureAsync(remote, Draft() with { Base = "nowhere" }, CancellationToken.None));

        Assert.Contains("head or base is no branch", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyThatIsNone_IsSaidWithoutShowingIt()
    {
        (GitHubHost host, _) = await StartAsync("-----BEGIN PRIVATE KEY-----\nnot a key\n-----END PRIVATE KEY-----");

        Assert.Equal("the App's private key can't be read from APP_KEY; it must be the PEM file that GitHub gave.", host.Fault);
    }

    [Theory]
    [InlineData("https://github.example.com/acme/app.git", true)]
    [InlineData("git@github.example.com:acme/app.git", true)]
    [InlineData("ssh://git@github.example.com/acme/app", true)]
    [InlineData("https://github.example.com/acme/app/wiki", false)]
    [InlineData("https://github.example.com.evil.org/acme/app", false)]
    [InlineData("https://github.com/acme/app", false)]
    [InlineData("/srv/git/app.git", false)]
    public void Repository_IsKnownByTheServersHost(string remote, bool isServed) => Assert.Equal(
        isServed ? new GitHubRepository("acme", "app") : null, GitHubRepository.Find(new Uri("https://github.example.com"), RemoteAddress.Parse(remote, "/")));

    [Theory]
    [InlineData("4242", null, null, "AppId needs the App's private key")]
    [InlineData(null, "APP_KEY", null, "AppId needs the App's private key")]
    [InlineData("4242", "APP_KEY", "/key.pem", "AppId needs the App's private key")]
    [InlineData("42 42", "APP_KEY", null, "AppId must be the App's number")]
    [InlineData("4242", "-----BEGIN PRIVATE KEY-----", null, "are names of environment variables, not what these hold")]
    public void WrongSettings_AreNamedAndNotShown(string? app, string? env, string? file, string fault)
    {
        ValidateOptionsResult result = new GitHubOptionsValidator().Validate(null, new GitHubOptions { AppId = app, AppKeyEnv = env, AppKeyFile = file });

        Assert.Contains(fault, result.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("BEGIN", result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://github.example.com", null, "Url must be an address as in https://github.example.com")]
    [InlineData("https://somebody:a-secret@github.example.com", null, "Url must be an address as in https://github.example.com")]
    [InlineData("https://github.example.com/#a-secret", null, "Url must be an address as in https://github.example.com")]
    [InlineData("https://github.example.com", "https://a-secret@github.example.com/api/v3", "ApiUrl must be an address as in https://github.example.com")]
    public void WrongAddress_IsNamedAndNotShown(string url, string? api, string fault)
    {
        var options = new GitHubOptions { Url = new Uri(url), ApiUrl = api is null ? null : new Uri(api) };

        ValidateOptionsResult result = new GitHubOptionsValidator().Validate(null, options);

        Assert.Contains($"settings.json: {fault}", result.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret", result.FailureMessage, StringComparison.Ordinal);
    }

    private async Task<(GitHubHost Host, RemoteAddress Remote)> StartAsync(string? key = null)
    {
        _github = await FakeGitHub.StartAsync(_repository.Path, _access);
        IOptions<GitHubOptions> options = Options.Create(new GitHubOptions { Url = _github.Url, ApiUrl = _github.Api, AppId = GitHubAccess.AppId, AppKeyEnv = "APP_KEY" });
        var variables = new SecretVariables(name => name == "APP_KEY" ? key ?? _access.Pem : null);
        var appKey = new AppKey(options, variables, _time);
        _wire = new GitHubWire(options, _time);
        return (new GitHubHost(options, new GitHubTokens(options, variables, appKey, _wire, _time), _wire), RemoteAddress.Parse(_github.Remote, "/"));
    }

    private static PullRequestDraft Draft(string objective = "body") => BareRepository.Draft(Branch, objective);
}
