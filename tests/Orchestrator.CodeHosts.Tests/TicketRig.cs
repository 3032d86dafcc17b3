using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Intake.Transitions;
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

    /// <summary>What asks for the run.</summary>
    public Wish Wish => new()
    {
        Ticket = new Ticket { Host = Host, Source = "payments", BaseUrl = Desk?.Api ?? GitHub.Api, Repository = At.Repository, Number = At.Number, Revision = "1", Title = "Totals are wrong @everyone" },
        Text = "Please mend them.",
        AskedBy = "anna",
        Requester = "github:anna",
        Trigger = "label:orchestrate",
    };

    /// <summary>The states that the source names; null for none.</summary>
    public IntakeTransitionOptions? Transitions { get; set; }

    /// <summary>Another process on the same folder.</summary>
    /// <param name="bend">Puts something before what writes.</param>
    /// <param name="isAsked">Whether the source wants comments.</param>
    /// <param name="token">What the process knows of tokens.</param>
    public async Task<TicketComments> StartProcessAsync(Func<ITicketWriter, ITicketWriter>? bend = null, bool isAsked = true, string? token = "ghp_token") =>
        (await OpenProcessAsync(services => bend is null ? services : Bend(services, bend), isAsked, token)).GetRequiredService<TicketComments>();

    /// <summary>Another one, of which the part is looked at that moves tickets.</summary>
    /// <param name="bend">Puts something before what moves.</param>
    /// <param name="token">What the process knows of tokens.</param>
    public async Task<TicketMoves> StartMoverAsync(Func<ITicketMover, ITicketMover>? bend = null, string? token = "ghp_token") =>
        (await OpenProcessAsync(services => bend is null ? services : Bend(services, bend), isAsked: true, token)).GetRequiredService<TicketMoves>();

    /// <summary>Another one, of which the part is looked at that reads tickets again.</summary>
    /// <param name="token">What the process knows of tokens.</param>
    public async Task<Func<Wish, Task<ReadTicket>>> StartReaderAsync(string? token = "ghp_token")
    {
        ServiceProvider process = await OpenProcessAsync(services => services, isAsked: false, token);
        ITicketReader reader = process.GetServices<ITicketReader>().Single(one => one.Host == Host);
        return wish => reader.ReadAsync(process.GetRequiredService<IntakeSources>().All.Single(), wish, CancellationToken.None);
    }

    /// <summary>A run of a ticket of the same source.</summary>
    /// <param name="run">The run.</param>
    /// <param name="change">What differs of the ticket.</param>
    public async Task AddRunAsync(string run, Func<Ticket, Ticket> change)
    {
        await Store<ITaskStore>().AddAsync(TaskOf(run), CancellationToken.None);
        await Store<ITicketStore>().AddAsync(run, change(Wish.Ticket), CancellationToken.None);
    }

    public Task OpenApprovalAsync(string id, CheckpointKind kind = CheckpointKind.Plan) => Store<IApprovalStore>().OpenAsync(
        new Approval { Id = id, RunId = Run, Kind = kind, Turn = 1, Digest = "d", Question = "May it?", Subject = "rm -rf / # @everyone", Because = "a rule" }, CancellationToken.None);

    public Task ApproveAsync(string id) => Store<IApprovalStore>().DecideAsync(new Decision(id, "d", new Answer.Approve(null), Decider.Local("ben")), CancellationToken.None);

    public Task TellEventAsync(string key, RunEvent happened) => Store<ITranscriptStore>().AppendAsync(Run, key, [], happened, CancellationToken.None);

    /// <summary>How far the ticket says that its run is: its state, or its labels.</summary>
    public string State => Desk?.State ?? string.Join(", ", GitHub.Issues.Labels.Order());

    /// <summary>Requests that were to change something, in order.</summary>
    public IReadOnlyList<string> Written => [.. (Desk?.Asked ?? GitHub.Asked).Where(asked => !asked.StartsWith("GET", StringComparison.Ordinal))];

    public Task FinishAsync(RunStatus status = RunStatus.Accepted) => Store<IRunStore>().FinishAsync(
        Run, 0, new RunResult { Status = status, Turns = 7, ToolCalls = 9, Usage = TokenUsage.None, CostUsd = 1.25m }, null, new RunEvent(RunEventKind.Finished, 7, "accepted"), CancellationToken.None);

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

    private static IServiceCollection Bend<T>(IServiceCollection services, Func<T, T> bend)
        where T : class
    {
        foreach (ServiceDescriptor known in services.Where(service => service.ServiceType == typeof(T)).ToList())
        {
            services.Remove(known);
            services.AddSingleton(provider => bend((T)ActivatorUtilities.CreateInstance(provider, known.ImplementationType!)));
        }

        return services;
    }

    private async Task<ServiceProvider> OpenProcessAsync(Func<IServiceCollection, IServiceCollection> change, bool isAsked, string? token)
    {
        RunDatabase database = await RunDatabase.OpenAsync(new DataFolder(_folder.FullName), Time, CancellationToken.None);
        IServiceCollection services = new ServiceCollection()
            .AddLogging()
            .AddAgent()
            .AddCodeHosts()
            .AddStorage(database)
            .AddSingleton(Options.Create(new GitHubOptions { Url = GitHub.Url, ApiUrl = GitHub.Api }))
            .AddSingleton(Options.Create(new IntakeOptions { Sources = { SourceOf(isAsked) } }))
            .AddSingleton(Options.Create(new NotificationOptions { PublicUrl = new Uri("https://orchestrator.example") }))
            .AddSingleton(new SecretVariables(name => name switch { "GITHUB_TOKEN" => token, "DESK_TOKEN" when token is not null => FakeTicketSystem.Token, _ => null }))
            .AddSingleton<TimeProvider>(Time);
        ServiceProvider process = change(services).BuildServiceProvider();
        _opened.AddRange([database, process]);
        Assert.Single(process.GetRequiredService<IntakeSources>().All);
        return process;
    }

    private async Task BeginAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "ticket.yaml"), "objective: '{{ticket}}'\nsuccess: [{ name: a, run: b }]\n");
        Wish wish = Wish;
        IIntakeStore intake = Store<IIntakeStore>();
        Receipt received = await intake.ReceiveAsync(
            new IntakeDelivery { Source = "payments", Tenant = "local", Team = "payments", SenderId = "1", BodyHash = "1", Event = "issues.labeled", ReceivedAt = Time.GetUtcNow(), State = DeliveryState.Queued, Wish = wish },
            CancellationToken.None);
        Assert.Equal(StartOutcome.Started, await intake.StartAsync(received.Delivery, wish, TaskOf(Run), new IntakeLimits(8, 8), CancellationToken.None));
    }

    private static AdmittedTask TaskOf(string run) => new()
    {
        RunId = run,
        Task = new AgentTask { Name = "@everyone", Objective = "Do it.", Workspace = new WorkspaceSource("/source", "main"), Success = [new SuccessCriterion("tests", "make test")] },
        BaseCommit = "abc",
        Model = "gpt-5.5",
        ModelReason = "asked for",
        Requester = "github:anna",
    };

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
        Trigger = Desk is null ? new IntakeTriggerOptions { Label = "orchestrate", Command = "/orchestrator run" } : new IntakeTriggerOptions { Label = "orchestrate", Authors = { "anna" } },
        Repositories = { [At.Repository] = new IntakeWorkspaceOptions { Source = "/srv/git/app" } },
        Template = "ticket.yaml",
        StatusComment = isAsked,
        Transitions = Transitions,
        Api = new IntakeApiOptions { Url = Desk?.Api ?? GitHub.Api, User = Desk?.User, TokenEnv = Desk is null ? "GITHUB_TOKEN" : "DESK_TOKEN" },
    };
}
