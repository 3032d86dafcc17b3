using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.CodeHosts.GitHub;
using Orchestrator.Storage;
using Orchestrator.Testing.GitHub;
using Orchestrator.Testing.Tickets;

namespace Orchestrator.CodeHosts.Tests;

/// <summary>A real database with a run that a ticket of a strict host asked for, and processes that tell the ticket.</summary>
internal sealed class TicketRig : IAsyncDisposable
{
    public const string Run = "r1";
    public const int Issue = 12;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ticket-");
    private readonly List<IAsyncDisposable> _opened = [];
    private ServiceProvider _stores = null!;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    public FakeGitHub GitHub { get; private set; } = null!;

    /// <summary>The host of the ticket where that isn't GitHub.</summary>
    public FakeTicketSystem Desk { get; private set; } = null!;

    /// <summary>What the ticket bears.</summary>
    public IReadOnlyList<string> Comments => Desk?.Comments ?? [.. GitHub.Issues.Comments.Select(comment => (string)comment["body"]!)];

    /// <param name="host">Whose ticket it is.</param>
    public static async Task<TicketRig> StartAsync(TicketHost host = TicketHost.GitHub)
    {
        var rig = new TicketRig();
        rig.GitHub = await FakeGitHub.StartAsync(rig._folder.FullName, new GitHubAccess(rig.Time).With("ghp_token"));
        rig.GitHub.Issues.Numbers.Add(Issue);
        rig.Desk = host switch
        {
            TicketHost.Jira => await FakeJira.StartAsync(),
            TicketHost.AzureDevOps => await FakeAzureDevOps.StartAsync(),
            _ => null!,
        };
        rig._stores = await rig.OpenAsync();
        await rig.BeginAsync();
        return rig;
    }

    /// <summary>Another process on the same folder.</summary>
    /// <param name="bend">Puts something before what writes.</param>
    public async Task<TicketComments> StartProcessAsync(Func<ITicketWriter, ITicketWriter>? bend = null, bool isAsked = true, string? token = "ghp_token")
    {
        ServiceProvider stores = await OpenAsync();
        var variables = new SecretVariables(name => name switch { "GITHUB_TOKEN" => token, "DESK_TOKEN" when token is not null => FakeTicketSystem.Token, _ => null });
        ServiceProvider hosts = new ServiceCollection()
            .AddAgent()
            .AddCodeHosts()
            .AddSingleton(Options.Create(new GitHubOptions { Url = GitHub.Url, ApiUrl = GitHub.Api }))
            .AddSingleton(variables)
            .AddSingleton<TimeProvider>(Time)
            .BuildServiceProvider();
        _opened.Add(hosts);
        ITicketWriter[] writers = [.. hosts.GetServices<ITicketWriter>().Select(writer => bend?.Invoke(writer) ?? writer)];
        var sources = new IntakeSources(Options.Create(new IntakeOptions { Sources = { SourceOf(isAsked) } }), new DataFolder(_folder.FullName), variables, writers);
        Assert.Single(sources.All);
        return new TicketComments(
            sources,
            writers,
            stores.GetRequiredService<ITicketCommentStore>(),
            stores.GetRequiredService<ITicketStore>(),
            stores.GetRequiredService<IRunStore>(),
            stores.GetRequiredService<IApprovalStore>(),
            new Redactor([]),
            Options.Create(new NotificationOptions { PublicUrl = new Uri("https://orchestrator.example") }),
            Time,
            NullLogger<TicketComments>.Instance);
    }

    public Task OpenApprovalAsync(string id, CheckpointKind kind = CheckpointKind.Plan) => Store<IApprovalStore>().OpenAsync(
        new Approval { Id = id, RunId = Run, Kind = kind, Turn = 1, Digest = "d", Question = "May it?", Subject = "rm -rf / # @everyone", Because = "a rule" }, CancellationToken.None);

    public Task ApproveAsync(string id) => Store<IApprovalStore>().DecideAsync(new Decision(id, "d", new Answer.Approve(null), Decider.Local("ben")), CancellationToken.None);

    public Task TellEventAsync(string key, RunEvent happened) => Store<ITranscriptStore>().AppendAsync(Run, key, [], happened, CancellationToken.None);

    public Task FinishAsync() => Store<IRunStore>().FinishAsync(
        Run, 0, new RunResult { Status = RunStatus.Accepted, Turns = 7, ToolCalls = 9, Usage = TokenUsage.None, CostUsd = 1.25m }, null, new RunEvent(RunEventKind.Finished, 7, "accepted"), CancellationToken.None);

    public async Task<string?> ReasonAsync() => (await Store<IIntakeStore>().SearchAsync(new DeliveryQuery(), CancellationToken.None)).Deliveries[0].Reason;

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable one in Enumerable.Reverse(_opened))
        {
            await one.DisposeAsync();
        }

        await GitHub.DisposeAsync();
        if (Desk is not null)
        {
            await Desk.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private T Store<T>()
        where T : notnull => _stores.GetRequiredService<T>();

    private async Task<ServiceProvider> OpenAsync()
    {
        RunDatabase database = await RunDatabase.OpenAsync(new DataFolder(_folder.FullName), Time, CancellationToken.None);
        ServiceProvider stores = new ServiceCollection().AddStorage(database).BuildServiceProvider();
        _opened.AddRange([database, stores]);
        return stores;
    }

    private async Task BeginAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "ticket.yaml"), "objective: '{{ticket}}'\nsuccess: [{ name: a, run: b }]\n");
        var wish = new Wish
        {
            Ticket = new Ticket { Host = Host, Source = "payments", BaseUrl = Desk?.Api ?? GitHub.Api, Repository = At.Repository, Number = At.Number, Revision = "1", Title = "Totals are wrong @everyone" },
            Text = "Please mend them.",
            AskedBy = "anna",
            Requester = "github:anna",
            Trigger = "label:orchestrate",
        };
        IIntakeStore intake = Store<IIntakeStore>();
        Receipt received = await intake.ReceiveAsync(
            new IntakeDelivery { Source = "payments", Tenant = "local", Team = "payments", SenderId = "1", BodyHash = "1", Event = "issues.labeled", ReceivedAt = Time.GetUtcNow(), State = DeliveryState.Queued, Wish = wish },
            CancellationToken.None);
        var admitted = new AdmittedTask
        {
            RunId = Run,
            Task = new AgentTask { Name = "@everyone", Objective = "Do it.", Workspace = new WorkspaceSource("/source", "main"), Success = [new SuccessCriterion("tests", "make test")] },
            BaseCommit = "abc",
            Model = "gpt-5.5",
            ModelReason = "asked for",
            Requester = "github:anna",
        };
        Assert.Equal(StartOutcome.Started, await intake.StartAsync(received.Delivery, wish, admitted, new IntakeLimits(8, 8), CancellationToken.None));
    }

    private TicketHost Host => Desk switch { FakeJira => TicketHost.Jira, FakeAzureDevOps => TicketHost.AzureDevOps, _ => TicketHost.GitHub };

    private (string Repository, string Number) At => Desk switch
    {
        FakeJira => ("PAY", FakeJira.Issue),
        FakeAzureDevOps => (FakeAzureDevOps.Project, $"{FakeAzureDevOps.WorkItem}"),
        _ => ("acme/app", $"{Issue}"),
    };

    private IntakeSourceOptions SourceOf(bool isAsked) => new()
    {
        Name = "payments",
        Kind = Desk switch { FakeJira => "jira", FakeAzureDevOps => "azure-devops", _ => "github" },
        SecretEnv = { "PAYMENTS_KEY" },
        Trigger = Desk is null ? new IntakeTriggerOptions { Label = "orchestrate" } : new IntakeTriggerOptions { Label = "orchestrate", Authors = { "anna" } },
        Repositories = { [At.Repository] = new IntakeWorkspaceOptions { Source = "/srv/git/app" } },
        Template = "ticket.yaml",
        StatusComment = isAsked,
        Api = new IntakeApiOptions { Url = Desk?.Api ?? GitHub.Api, User = Desk?.User, TokenEnv = Desk is null ? "GITHUB_TOKEN" : "DESK_TOKEN" },
    };
}
