using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Workspaces;
using Orchestrator.CodeHosts.AzureRepos;
using Orchestrator.Testing.AzureRepos;

namespace Orchestrator.CodeHosts.Tests;

/// <summary>What the client asks of Azure Repos, against a strict one of our own.</summary>
public sealed class AzureReposHostTests : IAsyncLifetime, IAsyncDisposable
{
    private const string Branch = "orchestrator/r1";
    private const string Evidence = "<!-- orchestrator:evidence -->";

    private readonly BareRepository _repository = new(Branch);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
    private FakeAzureRepos _azure = null!;
    private AzureReposWire? _wire;

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        _wire?.Dispose();
        await (_azure?.DisposeAsync() ?? ValueTask.CompletedTask);
        _repository.Dispose();
    }

    [Fact]
    public async Task AskedTwice_OpensOnePullRequestAndSetsOneVerdict()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();

        OpenedPullRequest first = await host.EnsureAsync(remote, Draft(), CancellationToken.None);
        OpenedPullRequest second = await host.EnsureAsync(remote, Draft(), CancellationToken.None);
        await host.MarkAsync(remote, Mark("verified: tests"), CancellationToken.None);
        await host.MarkAsync(remote, Mark("verified: tests"), CancellationToken.None);

        JsonObject pull = Assert.Single(_azure.Pulls);
        Assert.Equal((new OpenedPullRequest(101, $"{_azure.Url}/acme/Pay%20ments/_git/app/pullrequest/101"), first), (first, second));
        Assert.Equal(("A title", true, "refs/heads/main"), ((string)pull["title"]!, (bool)pull["isDraft"]!, (string)pull["targetRefName"]!));
        Assert.Equal(["a", "b"], _azure.LabelsOf(101));
        Assert.Equal((2, 1, 0), (Sent("POST", "/labels"), _azure.Statuses.OfCommits.Count, Sent("PATCH", string.Empty)));
    }

    /// <summary>What was asked for is done, and nobody hears of it: the pull request, each label, the new text, the verdict.</summary>
    [Fact]
    public async Task AnswersThatAreLost_MakeNoSecondAnything()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();

        for (int lost = 0; lost < 3; lost++)
        {
            _azure.LoseNextAnswer();
            await Assert.ThrowsAsync<IOException>(() => host.EnsureAsync(remote, Draft(), CancellationToken.None));
        }

        await host.EnsureAsync(remote, Draft(), CancellationToken.None);
        _azure.LoseNextAnswer();
        await Assert.ThrowsAsync<IOException>(() => host.EnsureAsync(remote, Draft("new"), CancellationToken.None));
        await host.EnsureAsync(remote, Draft("new"), CancellationToken.None);
        _azure.LoseNextAnswer();
        await Assert.ThrowsAsync<IOException>(() => host.MarkAsync(remote, Mark("verified: tests"), CancellationToken.None));
        await host.MarkAsync(remote, Mark("verified: tests"), CancellationToken.None);

        Assert.Equal(Draft("new").Text.Within(4_000), (string)Assert.Single(_azure.Pulls)["description"]!);
        Assert.Equal(["a", "b"], _azure.LabelsOf(101));
        Assert.Equal((1, 2, 1, 1), (Sent("POST", "/pullrequests"), Sent("POST", "/labels"), Sent("PATCH", string.Empty), _azure.Statuses.OfCommits.Count));
    }

    /// <summary>Another worker makes it between the look and the request.</summary>
    [Fact]
    public async Task PullRequestOfAnotherWorker_IsTaken()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        _azure.Open(Branch, "main");
        _azure.AnswerNext(Results.Json(new { count = 0, value = Array.Empty<object>() }));

        OpenedPullRequest taken = await host.EnsureAsync(remote, Draft(), CancellationToken.None);

        Assert.Equal((101, 1), (taken.Number, _azure.Pulls.Count));
    }

    /// <summary>A fork's branch may be called the same; of several of ours, that which is meant for the base counts.</summary>
    [Fact]
    public async Task PullRequestsOfOthers_AreNotTaken()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        _azure.Open(Branch, "main", isFork: true);
        _azure.Open(Branch, "main");
        _azure.Open(Branch, "release");

        OpenedPullRequest taken = await host.EnsureAsync(remote, Draft(), CancellationToken.None);

        Assert.Equal((102, 3), (taken.Number, _azure.Pulls.Count));
    }

    /// <summary>New evidence takes the place of the old; what people have written stays, also behind what lists show of it.</summary>
    [Fact]
    public async Task NewEvidence_TakesThePlaceOfTheOld()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        string before = new('b', 500);
        await host.EnsureAsync(remote, Draft("old"), CancellationToken.None);
        _azure.Change(101, pull => pull["description"] = $"{before}\n{pull["description"]}\nafter");

        await host.EnsureAsync(remote, Draft("new"), CancellationToken.None);

        Assert.Equal($"{before}\n{Draft("new").Text.Within(4_000)}\nafter", (string)_azure.Pulls[0]["description"]!);
    }

    /// <summary>The objective gives way, the evidence doesn't.</summary>
    [Fact]
    public async Task LongObjective_IsCutSoThatTheEvidenceIsWhole()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();

        await host.EnsureAsync(remote, Draft(new string('x', 9_000)), CancellationToken.None);
        int alone = ((string)_azure.Pulls[0]["description"]!).Length;
        _azure.Change(101, pull => pull["description"] = $"{new string('b', 600)}{Draft("old").Text.Within(4_000)}");
        await host.EnsureAsync(remote, Draft(new string('y', 9_000)), CancellationToken.None);

        string text = (string)_azure.Pulls[0]["description"]!;
        Assert.InRange(alone, 3_990, 4_000);
        Assert.InRange(text.Length, 3_990, 4_000);
        Assert.EndsWith("yyy…\n```\n\n## Evidence\n\n| check | exit code |\n|---|---|\n| ` tests ` | 0 |\n\nThe tree is `abc`.\n<!-- /orchestrator:evidence -->", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoRoomForTheEvidence_IsPutBeforeAPerson()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        await host.EnsureAsync(remote, Draft(), CancellationToken.None);
        string full = new string('b', 3_900) + Evidence + "<!-- /orchestrator:evidence -->";
        _azure.Change(101, pull => pull["description"] = full);

        CodeHostException refused = await Assert.ThrowsAsync<CodeHostException>(() => host.EnsureAsync(remote, Draft(), CancellationToken.None));

        Assert.Contains("has room for 100 characters of evidence", refused.Message, StringComparison.Ordinal);
        Assert.Equal(full, (string)_azure.Pulls[0]["description"]!);
    }

    [Theory]
    [InlineData("abandoned")]
    [InlineData("completed")]
    public async Task PullRequestThatIsOver_IsNotOpenedAgain(string status)
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        await host.EnsureAsync(remote, Draft(), CancellationToken.None);
        _azure.Change(101, pull => pull["status"] = status);

        CodeHostException refused = await Assert.ThrowsAsync<CodeHostException>(() => host.EnsureAsync(remote, Draft(), CancellationToken.None));

        Assert.Contains($"somebody has {status} {_azure.Url}/acme/Pay%20ments/_git/app/pullrequest/101", refused.Message, StringComparison.Ordinal);
        Assert.Single(_azure.Pulls);
    }

    /// <summary>The verdict of what was mended meanwhile follows the one before; what others check is something else.</summary>
    [Fact]
    public async Task NewVerdict_FollowsTheOld_AndIsNoCheckOfOthers()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        _azure.Statuses.Say(_repository.Commit, "scans", "licences", "succeeded");
        await host.MarkAsync(remote, Mark("verified: tests"), CancellationToken.None);

        await host.MarkAsync(remote, Mark("verified: tests, lint") with { Link = new Uri("https://orchestrator.example/runs/r1") }, CancellationToken.None);

        (string commit, JsonObject verdict) = _azure.Statuses.OfCommits[^1];
        Assert.Equal(
            (_repository.Commit, "orchestrator", "verdict", "succeeded", "verified: tests, lint", "https://orchestrator.example/runs/r1"),
            (commit, (string)verdict["context"]!["genre"]!, (string)verdict["context"]!["name"]!, (string)verdict["state"]!, (string)verdict["description"]!, (string)verdict["targetUrl"]!));
        Assert.Equal(["scans/licences"], (await host.FindChecksAsync(remote, _repository.Landing, CancellationToken.None)).Select(check => check.Name));
    }

    [Fact]
    public async Task LimitOfSeconds_IsWaitedFor()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        _azure.AnswerNext(FakeAzureRepos.TooManyRequests(20));

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
        Assert.Single(_azure.Pulls);
    }

    [Fact]
    public async Task LongLimit_IsLeftToWhoCanWait()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        _azure.AnswerNext(FakeAzureRepos.TooManyRequests(900));

        CodeHostException refused = await Assert.ThrowsAsync<CodeHostException>(() => host.EnsureAsync(remote, Draft(), CancellationToken.None));

        Assert.Equal((TimeSpan.FromSeconds(900), 0), (refused.RetryAfter, _azure.Pulls.Count));
    }

    [Theory]
    [InlineData(401, "it does not take the token of AZURE_DEVOPS_TOKEN; look whether it has ended")]
    [InlineData(203, "it does not take the token of AZURE_DEVOPS_TOKEN; look whether it has ended")]
    [InlineData(302, "it does not take the token of AZURE_DEVOPS_TOKEN; look whether it has ended")]
    [InlineData(403, "the account of AZURE_DEVOPS_TOKEN lacks the right to that; let it contribute")]
    [InlineData(404, "it knows no such thing, or does not show it to the account of AZURE_DEVOPS_TOKEN (TF4)")]
    [InlineData(400, "it answers 400 (TF4)")]
    public async Task Refusal_IsSaidWithWhatToDo(int status, string said)
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        _azure.AnswerNext(status == 302 ? Results.Redirect($"{_azure.Url}/_signin") : Results.Json(new { message = "TF4" }, statusCode: status));

        CodeHostException refused = await Assert.ThrowsAsync<CodeHostException>(() => host.EnsureAsync(remote, Draft(), CancellationToken.None));

        Assert.StartsWith("127.0.0.1: the pull request of orchestrator/r1 in Pay ments/app: " + said, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeAzureRepos.PersonalToken, refused.Message, StringComparison.Ordinal);
        Assert.Single(_azure.Asked);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(500)]
    public async Task ServerThatFails_IsAskedAgainLater(int status)
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        _azure.AnswerNext(Results.StatusCode(status));

        await Assert.ThrowsAsync<IOException>(() => host.EnsureAsync(remote, Draft(), CancellationToken.None));
        await host.EnsureAsync(remote, Draft(), CancellationToken.None);

        Assert.Single(_azure.Pulls);
    }

    [Fact]
    public async Task AnswerThatIsTooLarge_IsNotAskedForAgain()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        _azure.AnswerNext(Results.Text(new string('x', 9 << 20)));

        CodeHostException refused = await Assert.ThrowsAsync<CodeHostException>(() => host.EnsureAsync(remote, Draft(), CancellationToken.None));

        Assert.Contains("its answer is too large", refused.Message, StringComparison.Ordinal);
        Assert.Null(refused.RetryAfter);
    }

    [Fact]
    public async Task BuildThatKeepsNoRecord_SaysHowItEnded()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        _azure.Pipelines.Add($"refs/heads/{Branch}", _repository.Commit, "tests", "failed", "line");
        PipelineCheck check = Assert.Single(await host.FindChecksAsync(remote, _repository.Landing, CancellationToken.None));
        _azure.AnswerNext(Results.Text("null", "application/json"));

        Assert.Equal("failed", await host.ReadLogAsync(remote, check, CancellationToken.None));
    }

    [Fact]
    public async Task WrongBase_IsSaidInItsWords()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();

        CodeHostException refused = await Assert.ThrowsAsync<CodeHostException>(() => host.EnsureAsync(remote, Draft() with { Base = "nowhere" }, CancellationToken.None));

        Assert.Contains("TF401398", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Of each pipeline the newest build of this commit; of statuses, those that say something of it, but for those that a build sets itself.</summary>
    [Fact]
    public async Task Checks_AreThoseOfTheCommit()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        OpenedPullRequest opened = await host.EnsureAsync(remote, Draft(), CancellationToken.None);
        Landing first = _repository.Landing with { PullRequest = opened };
        await host.FindChecksAsync(remote, first, CancellationToken.None);
        _azure.Pipelines.Add($"refs/heads/{Branch}", first.Commit, "tests", "failed", "old");
        _azure.Statuses.SayOfPull("cover", "failed", iteration: 1);
        _repository.Push("second");
        Landing second = _repository.Landing with { PullRequest = opened };
        _azure.Pipelines.Add($"refs/heads/{Branch}", second.Commit, "tests", "failed", "a first try");
        int again = _azure.Pipelines.Add($"refs/heads/{Branch}", second.Commit, "tests", "partiallySucceeded", "fine");
        _azure.Pipelines.Add("refs/pull/101/merge", second.Commit, "tests", "canceled", "ended");
        _azure.Pipelines.Add($"refs/heads/{Branch}", second.Commit, "deploy", result: null);
        _azure.Statuses.Say(second.Commit, "continuous-integration", "tests", "succeeded", $"https://dev.azure.com/acme/_build/results?buildId={again}&view=results");
        _azure.Statuses.Say(second.Commit, "tests", "codecoverage", "failed", $"https://dev.azure.com/acme/_build/results?buildId={again}&view=codecoverage-tab");
        _azure.Statuses.Say(second.Commit, "ci", "other", "succeeded", $"https://ci.example.com/?otherBuildId={again}");
        _azure.Statuses.Say(second.Commit, "scans", "later", "failed");
        _azure.Statuses.Say(second.Commit, "scans", "later", "notSet");
        _azure.Statuses.Say(second.Commit, "scans", "licences", "pending");
        _azure.Statuses.Say(second.Commit, "scans", "licences", "notApplicable");
        _azure.Statuses.SayOfPull("cover", "pending", iteration: 2);
        _azure.Statuses.SayOfPull("cover", "error", iteration: 2);
        _azure.Statuses.SayOfPull("later", "notSet", iteration: 2);
        _azure.Statuses.SayOfPull("title", "failed", iteration: null);

        IReadOnlyList<PipelineCheck> checks = await host.FindChecksAsync(remote, second, CancellationToken.None);

        Assert.Equal(
            [
                ("ci/other", PipelineState.Passed), ("deploy", PipelineState.Pending), ("scans/cover", PipelineState.Failed), ("scans/licences", PipelineState.Passed),
                ("tests", PipelineState.Passed), ("tests (pull request)", PipelineState.Failed), ("tests/codecoverage", PipelineState.Failed),
            ],
            checks.Select(check => (check.Name, check.State)).Order());
    }

    /// <summary>The commit that it has merged is said by the build, in one of two ways, or for the newest by the pull request.</summary>
    [Theory]
    [InlineData("parameters", 1)]
    [InlineData("trigger", 1)]
    [InlineData("pull request", 0)]
    public async Task BuildOfAPullRequest_IsOfTheCommitThatItMerged(string said, int older)
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        OpenedPullRequest opened = await host.EnsureAsync(remote, Draft(), CancellationToken.None);
        Landing first = _repository.Landing with { PullRequest = opened };
        _repository.Push("second");
        Landing second = _repository.Landing with { PullRequest = opened };
        foreach (Landing built in (Landing[])[first, second])
        {
            int build = _azure.Pipelines.Add("refs/pull/101/merge", built.Commit, built == first ? "old" : "new", "failed", "log");
            _azure.Pipelines.Change(build, one => one["parameters"] = said == "parameters" ? (string)one["parameters"]! : "what somebody wrote");
            if (said == "trigger")
            {
                _azure.Pipelines.Change(build, one => one["triggerInfo"]!["pr.sourceSha"] = built.Commit);
            }
        }

        IReadOnlyList<PipelineCheck> before = await host.FindChecksAsync(remote, first, CancellationToken.None);
        IReadOnlyList<PipelineCheck> now = await host.FindChecksAsync(remote, second, CancellationToken.None);

        Assert.Equal(["new (pull request)"], now.Select(check => check.Name));
        Assert.Equal(Enumerable.Repeat("old (pull request)", older), before.Select(check => check.Name));
    }

    /// <summary>
    /// The end of what failed tasks wrote, with their errors and no warnings, in the order of their jobs; what is wrong with a pipeline that has none; what a
    /// status says.
    /// </summary>
    [Fact]
    public async Task Log_IsThatOfTheFailedTasks()
    {
        (AzureReposHost host, RemoteAddress remote) = await StartAsync();
        string many = string.Join('\n', Enumerable.Range(1, 1_000).Select(line => $"line {line}"));
        _azure.Pipelines.Add($"refs/heads/{Branch}", _repository.Commit, "tests", "failed", many);
        _azure.Pipelines.Add($"refs/heads/{Branch}", _repository.Commit, "broken", "failed");
        _azure.Statuses.Say(_repository.Commit, "scans", "licences", "failed");
        IReadOnlyList<PipelineCheck> checks = await host.FindChecksAsync(remote, _repository.Landing, CancellationToken.None);

        Dictionary<string, string> logs = [];
        foreach (PipelineCheck check in checks)
        {
            logs[check.Name] = await host.ReadLogAsync(remote, check, CancellationToken.None);
        }

        Assert.StartsWith("Test:\nline 801\n", logs["tests"], StringComparison.Ordinal);
        Assert.EndsWith("line 1000\nBash exited with code '1'.\nPublish:\nThere is nothing to publish.\n", logs["tests"], StringComparison.Ordinal);
        Assert.Equal("azure-pipelines.yml: there is no such template", logs["broken"]);
        Assert.Equal("licences says failed", logs["scans/licences"]);
    }

    private async Task<(AzureReposHost Host, RemoteAddress Remote)> StartAsync()
    {
        _azure = await FakeAzureRepos.StartAsync(_repository.Path);
        IOptions<AzureReposOptions> options = Options.Create(new AzureReposOptions { Url = _azure.Url });
        var tokens = new AzureReposTokens(options, new SecretVariables(name => name == "AZURE_DEVOPS_TOKEN" ? FakeAzureRepos.PersonalToken : null), _time);
        _wire = new AzureReposWire(options, tokens, _time);
        return (new AzureReposHost(options, tokens, _wire), RemoteAddress.Parse(_azure.Remote, "/"));
    }

    private CommitMark Mark(string text) => new(_repository.Commit, text, null);

    private int Sent(string method, string end) =>
        _azure.Asked.Count(request => request.StartsWith($"{method} ", StringComparison.Ordinal) && request.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private static PullRequestDraft Draft(string objective = "body") => BareRepository.Draft(Branch, objective);
}
