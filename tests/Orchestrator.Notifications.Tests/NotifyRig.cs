using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Notifications.Hooks;
using Orchestrator.Notifications.Mails;
using Orchestrator.Storage;

namespace Orchestrator.Notifications.Tests;

/// <summary>A process that tells people: real stores in a folder, real senders, a clock that the test moves. Another rig on the same folder is the next process.</summary>
internal sealed class NotifyRig : IAsyncDisposable
{
    public const string Run = "r1";

    /// <summary>What the clock says at first.</summary>
    public static readonly DateTimeOffset Start = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly RunDatabase _database;
    private readonly ServiceProvider _services;
    private bool _ownsFolder;

    private NotifyRig(RunDatabase database, DataFolder data, FakeTimeProvider time, Action<NotificationOptions> configure, IReadOnlyDictionary<string, string> variables, INotificationSender? sender)
    {
        (_database, Data, Time) = (database, data, time);
        IServiceCollection services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(time)
            .AddSingleton(new SecretVariables(name => variables.GetValueOrDefault(name)))
            .AddStorage(database)
            .AddAgent()
            .AddNotifications()

            // Their tries and time limits pass in real time, as the receivers' do.
            .AddSingleton<INotificationSender>(provider => sender ?? new ChannelSender(
                provider.GetRequiredService<Channels>(), provider.GetRequiredService<MailSender>(), provider.GetRequiredService<HookSender>(), TimeProvider.System));
        services.AddOptions<NotificationOptions>().Configure(configure);
        _services = services.BuildServiceProvider();
    }

    public DataFolder Data { get; }

    public FakeTimeProvider Time { get; }

    public IServiceProvider Services => _services;

    public IApprovalStore Approvals => _services.GetRequiredService<IApprovalStore>();

    public INotificationStore Store => _services.GetRequiredService<INotificationStore>();

    public static async Task<NotifyRig> StartAsync(
        Action<NotificationOptions> configure, IReadOnlyDictionary<string, string>? variables = null, string name = "a run", INotificationSender? sender = null)
    {
        var data = new DataFolder(Directory.CreateTempSubdirectory("notify-test-").FullName);
        NotifyRig rig = await OpenAsync(data, new FakeTimeProvider(Start), configure, variables, sender);
        rig._ownsFolder = true;
        await rig._services.GetRequiredService<ITaskStore>().AddAsync(Task(Run, name), CancellationToken.None);
        return rig;
    }

    public static async Task<NotifyRig> OpenAsync(
        DataFolder data, FakeTimeProvider time, Action<NotificationOptions> configure, IReadOnlyDictionary<string, string>? variables = null, INotificationSender? sender = null) =>
        new(await RunDatabase.OpenAsync(data, time, CancellationToken.None), data, time, configure, variables ?? new Dictionary<string, string>(), sender);

    public Task<Approval> AskAsync(string id = "a1", string subject = "git push", AskTerms? terms = null, string question = "May it run?") => Approvals.OpenAsync(
        new Approval
        {
            Id = id,
            RunId = Run,
            Kind = CheckpointKind.Tool,
            Turn = 1,
            Digest = "d",
            Question = question,
            Subject = subject,
            Because = "rule 1",
            Terms = terms ?? new AskTerms(),
        },
        CancellationToken.None);

    public Task DecideAsync(string id = "a1") =>
        Approvals.DecideAsync(new Decision(id, "d", new Answer.Deny("no"), Decider.Local("ben")), CancellationToken.None);

    public Task FinishAsync() => _services.GetRequiredService<IRunStore>().FinishAsync(
        Run,
        0,
        new RunResult { Status = RunStatus.Accepted, Turns = 3, ToolCalls = 1, Usage = TokenUsage.None, CostUsd = 0.5m },
        null,
        new RunEvent(RunEventKind.Answered, 1, "over"),
        CancellationToken.None);

    /// <summary>What the postman does each second.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken = default)
    {
        await _services.GetRequiredService<NoticeRouting>().RouteAsync(cancellationToken);
        await _services.GetRequiredService<Delivery>().DeliverAsync(cancellationToken);
    }

    public Task<IReadOnlyList<Notification>> ListAsync() => Store.ListAsync(false, 20_000, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Data.Root, recursive: true);
        }
    }

    private static AdmittedTask Task(string run, string name) => new()
    {
        RunId = run,
        Task = new AgentTask
        {
            Name = name,
            Objective = "Do it.",
            Workspace = new WorkspaceSource("/source", "main"),
            Success = [new SuccessCriterion("tests", "make test")],
            Budget = new BudgetTerms { Usd = 2.5m, WallClock = TimeSpan.FromMinutes(90) },
        },
        BaseCommit = "abc",
        Model = "gpt-5.5",
        ModelReason = "asked for",
        Requester = "anna",
    };
}
