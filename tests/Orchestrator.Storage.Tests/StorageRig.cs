using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Purges;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Tracing;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;
using Orchestrator.Storage.Bulk;

namespace Orchestrator.Storage.Tests;

/// <summary>The stores on a real database in a temporary folder, or on the folder of another rig, as a second process has them.</summary>
internal sealed class StorageRig : IAsyncDisposable
{
    public const string Run = "r1";

    private readonly RunDatabase _database;
    private readonly ServiceProvider _services;
    private readonly bool _ownsFolder;

    private StorageRig(RunDatabase database, DataFolder data, FakeTimeProvider time, bool ownsFolder, Action<BlobOptions> blobs)
    {
        _database = database;
        _ownsFolder = ownsFolder;
        Data = data;
        Time = time;
        _services = new ServiceCollection().Configure(blobs).AddStorage(database).BuildServiceProvider();
    }

    public DataFolder Data { get; }

    public FakeTimeProvider Time { get; }

    public IApprovalStore Approvals => _services.GetRequiredService<IApprovalStore>();

    public IAuditStore Audit => _services.GetRequiredService<IAuditStore>();

    public ICompactionStore Compactions => _services.GetRequiredService<ICompactionStore>();

    public IEffectJournal Journal => _services.GetRequiredService<IEffectJournal>();

    public IRunFiles Files => _services.GetRequiredService<IRunFiles>();

    public IHostStore Hosts => _services.GetRequiredService<IHostStore>();

    public IIntakeStore Intake => _services.GetRequiredService<IIntakeStore>();

    public IPayloadStore Payloads => _services.GetRequiredService<IPayloadStore>();

    public IBulkStore Bulk => _services.GetRequiredService<IBulkStore>();

    public IPolicyStore Policies => _services.GetRequiredService<IPolicyStore>();

    public IPurgeStore Purges => _services.GetRequiredService<IPurgeStore>();

    public IReplyStore Replies => _services.GetRequiredService<IReplyStore>();

    public IRunStore Runs => _services.GetRequiredService<IRunStore>();

    public ISteeringStore Steering => _services.GetRequiredService<ISteeringStore>();

    public ISignalStore Signals => _services.GetRequiredService<ISignalStore>();

    public ITaskStore Tasks => _services.GetRequiredService<ITaskStore>();

    public ITicketCommentStore TicketComments => _services.GetRequiredService<ITicketCommentStore>();

    public ITicketTransitionStore TicketTransitions => _services.GetRequiredService<ITicketTransitionStore>();

    public ITicketStore Tickets => _services.GetRequiredService<ITicketStore>();

    public ITraceStore Traces => _services.GetRequiredService<ITraceStore>();

    public ITranscriptStore Transcripts => _services.GetRequiredService<ITranscriptStore>();

    public IVerdictStore Verdicts => _services.GetRequiredService<IVerdictStore>();

    /// <summary>A database with one run, <see cref="Run"/>.</summary>
    /// <param name="blobs">Where large payloads are kept; null for the folder.</param>
    public static async Task<StorageRig> StartAsync(Action<BlobOptions>? blobs = null)
    {
        var data = new DataFolder(Directory.CreateTempSubdirectory("storage-test-").FullName);
        StorageRig rig = await OpenAsync(data, ownsFolder: true, blobs);
        await rig.AddRunAsync(Run);
        return rig;
    }

    /// <summary>Changes rows behind everybody's back.</summary>
    /// <summary>Goes on as where the runs have come back from a backup.</summary>
    public async Task TakeUpBackupAsync()
    {
        var backups = new RunBackups(_database);
        if (_database.IsShared)
        {
            Assert.False(await backups.TryTakeUpAsync("b1", CancellationToken.None));
            await ExecuteAsync("INSERT INTO backups(id) VALUES('b1')");
        }

        Assert.True(await backups.TryTakeUpAsync("b1", CancellationToken.None));
    }

    public Task ExecuteAsync(string statement) => _database.WriteAsync(connection => connection.Execute(statement), CancellationToken.None);

    public Task<StorageRig> OpenAnotherAsync() => OpenAsync(Data, ownsFolder: false);

    public Task AddRunAsync(string run) => Tasks.AddAsync(Task(run), CancellationToken.None);

    public static AdmittedTask Task(string run) => new()
    {
        RunId = run,
        Task = new AgentTask
        {
            Name = $"name of {run}",
            Objective = "Do it.",
            Workspace = new WorkspaceSource("/source", "main"),
            Success = [new SuccessCriterion("tests", "make test")],
            Checkpoints = new CheckpointRules { Tools = [new ToolRule("bash", "git*", Ruling.Ask)] },
            Budget = new BudgetTerms { Usd = 2.5m, WallClock = TimeSpan.FromMinutes(90) },
        },
        BaseCommit = "abc",
        Model = "gpt-5.5",
        ModelReason = "asked for",
        Requester = "anna",
    };

    public static Approval Approval(string id, string run = Run) => new()
    {
        Id = id,
        RunId = run,
        Kind = CheckpointKind.Tool,
        Turn = 2,
        Digest = $"digest of {id}",
        Question = "May it run?",
        Subject = "git push\nü",
        Because = "rule 1",
    };

    public static Decision Decision(string id, bool isApproval = true, string? reason = null, string person = "ben") =>
        new(id, $"digest of {id}", isApproval ? new Answer.Approve(reason) : new Answer.Deny(reason), Decider.Local(person));

    public static EffectRecord Intent(int call = 1, string? approval = null) => new()
    {
        Effect = new EffectId(Run, 1, call),
        Tool = "bash",
        Class = EffectClass.Contained,
        ArgumentsHash = "hash",
        ApprovalId = approval,
    };

    public static RunEvent Event(string text = "happened") => new(RunEventKind.Answered, 1, text);

    public async Task<IReadOnlyList<string>> EventsAsync(long after = 0) =>
        [.. (await Runs.ReadEventsAsync(Run, after, CancellationToken.None)).Select(stored => stored.Event.Text)];

    /// <summary>Ends the run; the stored result is the first one's.</summary>
    public Task<RunResult?> FinishAsync(RunStatus status = RunStatus.Accepted, int reopenings = 0, RunState? resumesFrom = null) => Runs.FinishAsync(
        Run,
        reopenings,
        new RunResult { Status = status, Turns = 1, ToolCalls = 1, Usage = TokenUsage.None, CostUsd = 0 },
        resumesFrom,
        Event($"{status}"),
        CancellationToken.None);

    public async Task<RunSummary> SummaryAsync() => (await Runs.FindAsync(Run, CancellationToken.None))!;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Data.Root, recursive: true);
        }
    }

    /// <summary>What is in a folder, brought up to date.</summary>
    public static async Task<StorageRig> OpenAsync(DataFolder data, bool ownsFolder, Action<BlobOptions>? blobs = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
        return new StorageRig(await TestDatabase.OpenAsync(data, time), data, time, ownsFolder, blobs ?? (_ => { }));
    }
}
