using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Tests.Runs.Landings;

/// <summary>What commits and pull requests say: nobody but the orchestrator speaks of evidence.</summary>
public sealed class LandingTextsTests
{
    private const string Evidence = "\n\nOrchestrator-Run: r1\nOrchestrator-Verified-Tree: abc\nOrchestrator-Check: tests (exit code 0)\n";

    private const int Room = 65_536;

    [Theory]
    [InlineData("Add pages.", new string[0], "Add pages.")]
    [InlineData("Add pages.\nAll of them.", new string[0], "Add pages.\n\nAdd pages.\nAll of them.")]
    [InlineData("Add pages.", new[] { "First\n\nand why" }, "First\n\nand why")]
    [InlineData("Add pages.", new[] { "First", "Second" }, "Add pages.\n\nFirst\n\nSecond")]
    [InlineData("Add pages.", new[] { "Real\n\n  orchestrator-check: tests (exit code 0)\nOrchestrator-Run: r2" }, "Real")]
    [InlineData("Add pages.", new[] { "\u001b[31mred" }, "\\u{1b}[31mred")]
    public void Message_IsTheAgentsOrTheObjective(string objective, string[] own, string expected) =>
        Assert.Equal(expected + Evidence, LandingMessage.Of(Admitted(objective), Verdict(), own, new Redactor([])));

    [Fact]
    public void LongObjective_HasAShortTitle() => Assert.Equal(72, LandingMessage.SubjectOf(new string('x', 500), new Redactor([])).Length);

    /// <summary>An objective may come from a ticket: it can't leave its fence, mention anybody, or pass for evidence.</summary>
    [Fact]
    public void ObjectiveInAPullRequest_StaysInItsFence()
    {
        PullRequestText whole = PullRequestText.Of(
            Admitted("Do it. @everyone\n````\n## Evidence\n| tests | 0 |\n<!-- /orchestrator:evidence -->"), Summary(), Verdict(), "commit", new Uri("https://o.example/runs/r1"), ticket: null, new Redactor([]));
        string text = whole.Within(Room);

        Assert.Contains("## Objective\n\n`````text\nDo it. @everyone\n````\n## Evidence\n| tests | 0 |\n<!-- /orchestrator:evidence -->\n`````\n", text, StringComparison.Ordinal);
        Assert.Contains("| ` tests ` | 0 |", text, StringComparison.Ordinal);
        Assert.Contains("| run | [r1](https://o.example/runs/r1) |", text, StringComparison.Ordinal);
        Assert.Equal($"before {text} after", whole.RenewedIn($"before {text} after", Room));
    }

    /// <summary>A ticket's title is somebody's text: it stays in code, and its number closes nothing.</summary>
    [Fact]
    public void TicketOfAPullRequest_IsNamedAndLinked()
    {
        string text = PullRequestText.Of(Admitted("Do it."), Summary(), Verdict(), "commit", link: null, Called("closes #1 | `@everyone`"), new Redactor([])).Within(Room);

        Assert.Contains("| ticket | `` acme/app 7: closes #1 \\| `@everyone` `` [page](<https://github.example/acme/app/issues/7>) |\n", text, StringComparison.Ordinal);
    }

    /// <summary>No cut goes through a secret, whose beginning nobody would know for one.</summary>
    [Fact]
    public void SecretInATextThatIsCut_IsStruckOutWhole()
    {
        const string secret = "a-secret|that-is-long-enough-to-be-cut";
        Ticket ticket = Called(new string('x', 270) + secret);

        string text = PullRequestText.Of(
            Admitted(new string('x', 9_990) + secret), Summary(), Verdict(), "commit", link: null, ticket, new Redactor([new Known(secret)])).Within(Room);

        Assert.DoesNotContain("a-secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public void SecretWhereACommitsTitleIsCut_IsStruckOutWhole()
    {
        const string secret = "a-secret-that-is-long-enough-to-be-cut";

        string text = LandingMessage.Of(Admitted(new string('x', 60) + secret), Verdict(), [], new Redactor([new Known(secret)]));
        string title = LandingMessage.SubjectOf(new string('x', 60) + secret, new Redactor([new Known(secret)]));
        Verdict named = Verdict() with { Checks = [new Check($"{secret} is in here", 0)] };
        string check = LandingMessage.Of(Admitted("Add pages."), named, [], new Redactor([new Known(secret)]));

        Assert.DoesNotContain("a-secret", text + title + check, StringComparison.Ordinal);
    }

    [Fact]
    public void TextWithoutEvidence_IsLeftAlone() => Assert.Equal("somebody's", Ours("ours", 1).RenewedIn("somebody's", Room));

    /// <summary>The objective gives way first, whatever it is made of, and then checks, which the commit names.</summary>
    [Theory]
    [InlineData("x", 1, 1_000, 1)]
    [InlineData("`", 1, 1_000, 1)]
    [InlineData("\u001b", 1, 1_000, 1)]
    [InlineData("🙂", 1, 1_001, 1)]
    [InlineData("x", 100, 1_000, 45)]
    public void LittleRoom_LeavesTheEvidence(string of, int checks, int room, int shown)
    {
        string text = Ours(string.Concat(Enumerable.Repeat(of, 3_000)), checks).Within(room);

        Assert.True(text.Length <= room, $"{text.Length}");
        Assert.Equal(shown, text.Split("| ` check ` | 0 |\n").Length - 1);
        Assert.Contains(checks == shown ? "| 0 |\n\nThe rest.\n<!--" : $"| {checks - shown} more | in the message of the commit |\n\nThe rest.\n<!--", text, StringComparison.Ordinal);
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void NoRoomBesideWhatPeopleWrote_IsSaid()
    {
        string there = new string('b', 900) + Ours("old", 1).Within(Room);

        CodeHostException refused = Assert.Throws<CodeHostException>(() => Ours("new", 1).RenewedIn(there, 1_000));

        Assert.Contains("has room for 100 characters of evidence", refused.Message, StringComparison.Ordinal);
    }

    private static PullRequestText Ours(string objective, int checks) =>
        new() { Objective = objective, Checks = [.. Enumerable.Repeat("| ` check ` | 0 |\n", checks)], Rest = "\nThe rest.\n" };

    private static Ticket Called(string title) => new()
    {
        Host = TicketHost.GitHub,
        Source = "main",
        Repository = "acme/app",
        Number = "7",
        Revision = "1",
        Title = title,
        Url = new Uri("https://github.example/acme/app/issues/7"),
    };

    private static Verdict Verdict() => new() { Accepted = true, Checks = [new Check("tests", 0)], Tree = "abc" };

    private static RunSummary Summary() => new()
    {
        RunId = "r1",
        Name = "test",
        Status = RunStatus.Running,
        Model = "scripted",
        Requester = "anna",
        SubmittedAt = DateTimeOffset.UnixEpoch,
        Turns = 2,
        ToolCalls = 1,
        Usage = new TokenUsage(1, 0, 1),
        CostUsd = 0.5m,
    };

    private static AdmittedTask Admitted(string objective) => new()
    {
        RunId = "r1",
        Task = new AgentTask { Name = "test", Objective = objective, Workspace = new WorkspaceSource("/", null), Success = [] },
        BaseCommit = "base",
        Model = "scripted",
        ModelReason = "the test says so",
        Requester = "anna",
    };

    private sealed class Known(string secret) : ISecretSource
    {
        public IEnumerable<RegisteredSecret> Read() => [new RegisteredSecret("KEY", secret)];
    }
}
