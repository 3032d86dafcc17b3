using System.Runtime.CompilerServices;
using System.Text.Json;
using Grpc.Core.Interceptors;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tests.Histories;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Storage;
using Orchestrator.TaskHub;
using Orchestrator.TaskHub.Replays;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>The whole agent on the real hub and the real stores; only the model and the walls around commands are played.</summary>
internal sealed class RunRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TimeProvider _time;
    private readonly TimeProvider _hubTime;
    private readonly HistoryRecorder _recorder = new();
    private readonly Action<DurableTaskRegistry>? _also;
    private readonly string _test;
    private Hub _hub = null!;
    private RunDatabase _database = null!;
    private ServiceProvider _services = null!;

    private RunRig(ScriptedModel model, TimeProvider time, TimeProvider hubTime, Action<DurableTaskRegistry>? also, string test)
    {
        Model = model;
        _time = time;
        _hubTime = hubTime;
        _also = also;
        _test = test;
    }

    public ScriptedModel Model { get; }

    public HostCommands Commands { get; } = new();

    public CopiedSnapshots Snapshots { get; } = new();

    /// <summary>How long one activity follows a command.</summary>
    public TimeSpan Slice { get; private init; }

    /// <summary>Puts something between the agent and what it works with.</summary>
    public Action<IServiceCollection>? Change { get; private init; }

    public GitFolder Source { get; private set; } = null!;

    public IApprovalStore Approvals => _services.GetRequiredService<IApprovalStore>();

    public IRunStore Runs => _services.GetRequiredService<IRunStore>();

    public ICompactionStore Compactions => _services.GetRequiredService<ICompactionStore>();

    public ITranscriptStore Transcripts => _services.GetRequiredService<ITranscriptStore>();

    /// <summary>Has a compaction undone.</summary>
    /// <returns>Why not; null if it is.</returns>
    public Task<string?> UndoAsync(string run, int number) =>
        _services.GetRequiredService<UndoCompaction>().TryAsync(run, number, "ben", CancellationToken.None);

    public IAccountStore Accounts => _services.GetRequiredService<IAccountStore>();

    /// <summary>What no summary of the run may lose, as the stores have it now.</summary>
    public async Task<string> LedgerAsync(string run) => await _services.GetRequiredService<PinnedLedger>().ReadAsync(
        await _services.GetRequiredService<ITaskStore>().GetAsync(run, CancellationToken.None), CancellationToken.None);

    public ISignalStore Signals => _services.GetRequiredService<ISignalStore>();

    public DurableTaskClient Client => _services.GetRequiredService<DurableTaskClient>();

    /// <summary>Every generation so far, as the worker and the hub agreed on it.</summary>
    public IReadOnlyList<StoredHistory> Histories => _recorder.Histories;

    public DataFolder Data => new(_folder.At("data"));

    /// <param name="model">What the model says.</param>
    /// <param name="time">The clock of stores, activities and keepers; the machine's if left out.</param>
    /// <param name="hubTime">The clock of the hub and its durable timers; the machine's if left out.</param>
    /// <param name="slice">How long one activity follows a command; the default if left out.</param>
    /// <param name="also">Adds orchestrators to the product's.</param>
    /// <param name="change">Puts something between the agent and what it works with; nothing if left out.</param>
    /// <param name="test">Names the histories, where they are kept.</param>
    public static async Task<RunRig> StartAsync(
        ScriptedModel model,
        TimeProvider? time = null,
        TimeProvider? hubTime = null,
        TimeSpan? slice = null,
        Action<DurableTaskRegistry>? also = null,
        Action<IServiceCollection>? change = null,
        [CallerMemberName] string test = "")
    {
        var rig = new RunRig(model, time ?? TimeProvider.System, hubTime ?? TimeProvider.System, also, test)
        {
            Slice = slice ?? new FollowOptions().Slice,
            Change = change,
        };
        rig.Source = GitFolder.Create(rig._folder.At("source"), ("README.md", "hello\n"), ("src/app.txt", "one\n"));
        await rig.StartAsync();
        return rig;
    }

    /// <summary>Stops hub, worker and stores, and starts others on what they left behind.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>A task that wants a file <c>done.txt</c> and nobody's approval; the test says what differs.</summary>
    public AgentTask Task(Func<AgentTask, AgentTask>? change = null)
    {
        var task = new AgentTask
        {
            Name = "test",
            Objective = "Write done.txt.",
            Workspace = new WorkspaceSource(Source.Path, null),
            Success = [new SuccessCriterion("done", "test -f done.txt || { echo no done.txt; exit 3; }")],
            Checkpoints = new CheckpointRules { Final = FinalCheckpoint.Auto },
        };
        return change is null ? task : change(task);
    }

    public Task<string> SubmitAsync(AgentTask? task = null) =>
        _services.GetRequiredService<RunClient>().SubmitAsync(task ?? Task(), "anna", CancellationToken.None);

    /// <summary>Submits as a build would whose runs had another version; null for none.</summary>
    public async Task<string> SubmitAsVersionAsync(string? version, AgentTask? task = null)
    {
        AdmittedTask admitted = await _services.GetRequiredService<Admission>().AdmitAsync(task ?? Task(), new TaskOrigin("anna"), CancellationToken.None);
        var state = new RunState
        {
            RunId = admitted.RunId,
            Model = admitted.Model,
            Final = FinalCheckpoint.Auto,
            Budget = Budget.Of(admitted.Task.Budget, isPriced: false),
        };

        // In a moment, so that the run is stored by then; its keeper finds it taken up.
        var start = new StartOrchestrationOptions(admitted.RunId, TimeProvider.System.GetUtcNow().AddSeconds(0.5))
        {
            Version = version is null ? null : new TaskVersion(version),
        };
        await Client.ScheduleNewOrchestrationInstanceAsync(nameof(RunOrchestrator), state, start);
        await _services.GetRequiredService<ITaskStore>().AddAsync(admitted, CancellationToken.None);
        return admitted.RunId;
    }

    /// <summary>Submits and waits for the end.</summary>
    public async Task<RunResult> RunAsync(AgentTask? task = null) => await EndAsync(await SubmitAsync(task));

    public async Task<RunResult> EndAsync(string run)
    {
        RunResult result = await Until.SetAsync(async () => (await Runs.FindAsync(run, CancellationToken.None))?.Result, "the run's end");
        RequestsAre.Sound([.. Model.Requests.Where(request => request.CacheKey == run)], await CompactionChangesAsync(run, result.Turns));
        return result;
    }

    private async Task<int> CompactionChangesAsync(string run, int turns)
    {
        int changes = 0;
        int? last = null;
        for (int turn = 1; turn <= turns; turn++)
        {
            int? seenThrough = (await _services.GetRequiredService<IReplyStore>().FindAsync(run, turn, CancellationToken.None))?.Compaction;
            changes += seenThrough == last ? 0 : 1;
            last = seenThrough;
        }

        return changes;
    }

    /// <summary>Puts other rules for tool calls in place of those of a run that is under way.</summary>
    public async Task ChangeRulesAsync(string run, params IReadOnlyList<ToolRule> rules)
    {
        AdmittedTask admitted = await _services.GetRequiredService<ITaskStore>().GetAsync(run, CancellationToken.None);
        AgentTask task = admitted.Task with { Checkpoints = admitted.Task.Checkpoints with { Tools = rules } };
        string json = JsonSerializer.Serialize(admitted with { Task = task }, AgentJson.Default.AdmittedTask);
        await ChangeRowAsync("UPDATE runs SET task = $value WHERE run_id = $run", run, json);
    }

    /// <summary>Changes one row of the run database behind everybody's back.</summary>
    public async Task ChangeRowAsync(string update, string run, string value)
    {
        await using var connection = new SqliteConnection($"Data Source={Data.RunDatabase};Pooling=False");
        await connection.OpenAsync();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = update;
        command.Parameters.AddWithValue("$run", run);
        command.Parameters.AddWithValue("$value", value);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    public Task<Approval> OpenApprovalAsync(string run) => Until.SetAsync(
        async () => (await Approvals.ListOpenAsync(run, CancellationToken.None)) is [var approval] ? approval : null, "an open approval");

    public async Task<Approval> DecideAsync(string run, bool isApproval, string? reason = null)
    {
        Approval approval = await OpenApprovalAsync(run);
        DecisionOutcome outcome = await Approvals.DecideAsync(
            new Decision(approval.Id, approval.Digest, isApproval ? new Answer.Approve(reason) : new Answer.Deny(reason), Decider.Local("ben")), CancellationToken.None);
        Assert.IsType<DecisionOutcome.Recorded>(outcome);
        return approval;
    }

    /// <summary>One of the agent's own services.</summary>
    public T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Changes the run database behind everybody's back.</summary>
    public async Task ExecuteAsync(string statement)
    {
        await using var connection = new SqliteConnection($"Data Source={Data.RunDatabase};Pooling=False;Default Timeout=30");
        await connection.OpenAsync();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Counts rows of the hub's database.</summary>
    public async Task<long> CountInHubAsync(string query)
    {
        await using var connection = new SqliteConnection($"Data Source={Data.HubDatabase};Pooling=False;Mode=ReadOnly");
        await connection.OpenAsync();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = query;
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public IPolicyStore Policies => _services.GetRequiredService<IPolicyStore>();

    /// <summary>Gives the deployment a policy, and people to decide.</summary>
    public void Govern(string policies, string? people = null)
    {
        File.WriteAllText(Data.Policies, policies);
        if (people is not null)
        {
            File.WriteAllText(Data.People, people);
        }
    }

    /// <summary>Answers as a lead called ben, who is not the requester.</summary>
    public Task<DecisionOutcome> AnswerAsync(Approval approval, Answer answer, Decider? by = null) => _services.GetRequiredService<Decisions>().DecideAsync(
        new Decision(approval.Id, approval.Digest, answer, by ?? Decider.Local("ben")), CancellationToken.None);

    /// <summary>The observations in the newest request, in order.</summary>
    public IReadOnlyList<string> Observations => [.. Model.Requests[^1].Prompt.OfType<PromptItem.CallOutput>().Select(output => output.Text)];

    /// <summary>What the newest request says last.</summary>
    public string LastMessage => Assert.IsType<PromptItem.UserMessage>(Model.Requests[^1].Prompt[^1]).Text;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        GoldenHistories.Write(_test, Histories);
        _folder.Dispose();
    }

    private async Task StartAsync()
    {
        _database = await RunDatabase.OpenAsync(Data, TimeProvider.System, CancellationToken.None);
        _hub = new Hub(Options.Create(new TaskHubOptions { DatabasePath = Data.HubDatabase }), Options.Create(new NamedHubOptions()), _hubTime, NullLogger<Hub>.Instance);
        await _hub.StartAsync(CancellationToken.None);
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(_time).AddStorage(_database).AddAgent();
        services.Configure<FollowOptions>(follow => follow.Slice = Slice);
        services.AddSingleton<IModelClient>(Model).AddSingleton<IModelCatalogue>(Model);
        services.AddSingleton<ISandbox>(Commands).AddSingleton<ICommandRunner>(Commands).AddSingleton<ITool>(Commands);
        services.AddSingleton<ISecretSource, CanarySource>().AddSingleton<IWorkspaceSnapshots>(Snapshots).AddSingleton<IHostLine, NoHostLine>();
        Change?.Invoke(services);
        services.AddDurableTaskWorker(worker => worker
            .UseGrpc(options => options.CallInvoker = _hub.Invoker.Intercept(_recorder))
            .AddTasks(registry =>
            {
                registry.AddAgentTasks();
                _also?.Invoke(registry);
            }));
        services.AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = _hub.Invoker));
        services.AddHostKeepers().AddAgentKeepers();
        _services = services.BuildServiceProvider();
        foreach (IHostedService service in _services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    private async Task StopAsync()
    {
        foreach (IHostedService service in _services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
        await _hub.DisposeAsync();
        await _database.DisposeAsync();
    }
}
