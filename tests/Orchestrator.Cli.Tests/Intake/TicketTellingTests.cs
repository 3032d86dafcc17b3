using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Tickets;
using Orchestrator.Cli.Hosting;
using Orchestrator.Testing.GitHub;

namespace Orchestrator.Cli.Tests.Intake;

public sealed class TicketTellingTests
{
    private const int Issue = 12;

    private static readonly string[] Keys = ["GITHUB_HOOK_KEY"];

    /// <summary>The server dies between GitHub's answer and its own note of it.</summary>
    [Fact]
    public async Task ServerKilledBehindThePost_TheTicketHasOneCommentFromBeginningToEnd()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await using FakeGitHub github = await FakeGitHub.StartAsync(example.Path, new GitHubAccess(TimeProvider.System).With("ghp_of_the_test"));
        github.Issues.Numbers.Add(Issue);
        (github.Issues.Title, github.Issues.Body) = ("A result", "It is wanted.");
        github.Issues.Labels.Add("orchestrate");
        await ConfigureAsync(example, github);
        await AskAsync(example, github);

        using (OrchestratorProcess doomed = Serve(example, ("ORCHESTRATOR_FAILPOINT", "agent.ticket.commented:1")))
        {
            Assert.NotEqual(0, await doomed.WaitAsync());
        }

        Assert.Equal(1, github.Issues.Made);
        await EndLeaseAsync(example);
        using OrchestratorProcess serve = Serve(example);
        await SaysAsync("waits for a person, who is asked about the diff");
        using OrchestratorProcess open = await example.VerbAsync("approvals", "--json");
        using OrchestratorProcess approve = await example.VerbAsync("approve", open.Json.GetProperty("approvals")[0].GetProperty("id").GetString()!);
        await SaysAsync("| state | accepted |");
        serve.Interrupt();
        await serve.WaitAsync();

        Assert.Equal(1, github.Issues.Made);
        Assert.Equal(["orchestrate", "done"], github.Issues.Labels);
        Assert.Empty(github.Refused);
        Assert.DoesNotContain("ghp_of_the_test", serve.Error + serve.Output, StringComparison.Ordinal);

        Task SaysAsync(string words) => Eventually.IsTrueAsync(
            () => ((string)github.Issues.Comments[0]["body"]!).Contains(words, StringComparison.Ordinal), () => $"'{words}' in {github.Issues.Comments[0]}:\n{serve.Error}");
    }

    [Fact]
    public async Task SourceWithoutTheToken_ServeSaysSoAndDoesNotStart()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await using FakeGitHub github = await FakeGitHub.StartAsync(example.Path, new GitHubAccess(TimeProvider.System));
        await ConfigureAsync(example, github);

        using OrchestratorProcess serve = Serve(example, ("COMMENT_TOKEN", null));

        Assert.Equal(5, await serve.WaitAsync());
        Assert.Contains("Intake: source app: StatusComment: COMMENT_TOKEN is not set", serve.Error, StringComparison.Ordinal);
        Assert.Contains("Intake: source app: Transitions: COMMENT_TOKEN is not set", serve.Error, StringComparison.Ordinal);
    }

    private static OrchestratorProcess Serve(ExampleFolder example, params (string Name, string? Value)[] environment) => OrchestratorProcess.Start(
        ["serve", "--urls", "http://127.0.0.1:0", "--data", example.Data],
        [("GITHUB_HOOK_KEY", "a key of the hook's"), ("COMMENT_TOKEN", "ghp_of_the_test"), .. environment]);

    private static async Task ConfigureAsync(ExampleFolder example, FakeGitHub github)
    {
        Directory.CreateDirectory(example.Data);
        string template = SmallTask.Text(checkpoints: "{ final: ask }", model: $"\"scripted:{example.Script}\"")
            .Replace("workspace: { source: ./project }\n", string.Empty, StringComparison.Ordinal)
            .Replace("ends with 0.", "ends with 0. {{ticket}}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(example.Data, "ticket.yaml"), template);
        await File.WriteAllTextAsync(Path.Combine(example.Data, "settings.json"), JsonSerializer.Serialize(new
        {
            CodeHosts = new { GitHub = new { github.Url, ApiUrl = github.Api, TokenEnv = "COMMENT_TOKEN" } },
            Intake = new
            {
                Sources = new[]
                {
                    new
                    {
                        Name = "app",
                        Kind = "github",
                        SecretEnv = Keys,
                        Trigger = new { Label = "orchestrate" },
                        Repositories = new Dictionary<string, object> { ["acme/app"] = new { Source = example.Project } },
                        Template = "ticket.yaml",
                        StatusComment = true,
                        Transitions = new { Started = "in progress", Accepted = "done" },
                        Api = new { Url = github.Api, TokenEnv = "GITHUB_HOOK_KEY" },
                    },
                },
            },
        }));
    }

    private static async Task AskAsync(ExampleFolder example, FakeGitHub github)
    {
        await using Deployment deployment = await Deployment.OpenAsync(example.Data, CancellationToken.None);
        await deployment.Services.GetRequiredService<IIntakeStore>().ReceiveAsync(
            new IntakeDelivery
            {
                Source = "app",
                Tenant = "local",
                Team = "app",
                SenderId = "1",
                BodyHash = new string('a', 64),
                Event = "issues.labeled",
                ReceivedAt = TimeProvider.System.GetUtcNow(),
                State = DeliveryState.Queued,
                Wish = new Wish
                {
                    Ticket = new Ticket { Host = TicketHost.GitHub, Source = "app", BaseUrl = github.Api, Repository = "acme/app", Number = $"{Issue}", Revision = "1", Title = "A result" },
                    Text = "It is wanted.",
                    AskedBy = "anna",
                    Requester = "github:anna",
                    Trigger = "label:orchestrate",
                },
            },
            CancellationToken.None);
    }

    /// <summary>The minutes in which others would keep off what the dead one did are over.</summary>
    private static async Task EndLeaseAsync(ExampleFolder example)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(example.Data, "run.db")};Pooling=False");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "UPDATE ticket_comments SET due_at = 0 WHERE comment IS NULL AND due_at > 0";
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
