using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tests.Runs;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Turns;
using Orchestrator.Storage;

namespace Orchestrator.Agent.Tests.Compactions;

/// <summary>A run's transcript that grows at random on the real stores, with facts planted in it, and is compacted by the real activity.</summary>
internal sealed class GeneratedRun : IAsyncDisposable
{
    public const string Id = "r1";
    public const int Constraints = 30;

    private readonly TemporaryFolder _folder;
    private readonly Random _random;
    private readonly RunDatabase _database;
    private readonly ServiceProvider _services;
    private int _compactions;

    private GeneratedRun(Random random, RunDatabase database, TemporaryFolder folder)
    {
        _folder = folder;
        _random = random;
        _database = database;
        var model = new ScriptedModel(Enumerable.Repeat<Func<ModelReply>>(Summarise, 1000));
        _services = new ServiceCollection()
            .AddLogging().AddSingleton(TimeProvider.System).AddStorage(database).AddAgent()
            .AddSingleton<IModelClient>(model).AddSingleton<IModelCatalogue>(model)
            .AddSingleton<CompactTranscript>()
            .BuildServiceProvider();
    }

    public int Turns { get; private set; }

    /// <summary>What the model is offered.</summary>
    public IReadOnlyList<ToolDefinition> Tools => _services.GetRequiredService<Toolbox>().Definitions(Task, delegates: true, []);

    /// <summary>What was planted: a word that stands nowhere else, and the turn in which a call's result says it.</summary>
    public List<(string Word, int Turn)> Planted { get; } = [];

    /// <summary>What people said, in order.</summary>
    public List<string> Reasons { get; } = [];

    public AgentTask Task { get; } = new()
    {
        Name = "generated",
        Objective = "Do all of it.\nAnd do it well — “first” 🙂.",
        Constraints = [.. Enumerable.Range(1, Constraints).Select(number => $"Constraint {number}: keep the value {number * 7919} — “as it is”.")],
        AllowedPaths = ["src/**"],
        ProtectedPaths = ["src/contract.txt"],
        Workspace = new WorkspaceSource("/source", null),
        Success = [new SuccessCriterion("tests", "make test")],
    };

    public static async Task<GeneratedRun> StartAsync(Random random)
    {
        var folder = new TemporaryFolder();
        RunDatabase database = await RunDatabase.OpenAsync(new DataFolder(folder.At("data")), TimeProvider.System, CancellationToken.None);
        var run = new GeneratedRun(random, database, folder);
        await run._services.GetRequiredService<ITaskStore>().AddAsync(
            new AdmittedTask { RunId = Id, Task = run.Task, BaseCommit = "abc", Model = "scripted", ModelReason = "", Requester = "anna" },
            CancellationToken.None);
        await run.AppendAsync("opening", TranscriptEntry.Instructions("How you work."), TranscriptEntry.User(0, $"# Task\n\n{run.Task.Objective}"));
        return run;
    }

    /// <summary>Takes a turn: an answer with calls and their results, now and then a message or a decision of a person.</summary>
    public async Task TakeTurnAsync(bool plant)
    {
        int turn = ++Turns;
        var terms = new RequestTerms(MaxOutputTokens: 1_000, (await PromptAsync()).Compaction);
        await _services.GetRequiredService<IReplyStore>().BeginAttemptAsync(Id, turn, terms, 0, CancellationToken.None);
        var entries = new List<TranscriptEntry> { Item(turn, new { type = "message", text = Words(20) }) };
        string[] calls = [.. Enumerable.Range(1, _random.Next(1, 4)).Select(call => $"call-{turn}-{call}")];
        entries.AddRange(calls.Select(call => Item(turn, new { type = "function_call", call_id = call, name = "bash", arguments = Words(10) })));
        string word = $"fact{_random.NextInt64():x16}";
        entries.AddRange(calls.Select((call, index) =>
            TranscriptEntry.Observation(turn, call, Words(_random.Next(20, 800)) + (plant && index == 0 ? $" {word} {Words(30)}" : string.Empty))));
        if (plant)
        {
            Planted.Add((word, turn));
        }

        await AppendAsync($"turn/{turn}", [.. entries]);
        if (_random.Next(6) == 0)
        {
            await SendBackAsync(turn);
        }
    }

    public async Task<CompactionStep> CompactAsync() => await _services.GetRequiredService<CompactTranscript>().RunAsync(
        null!, new CompactTranscriptInput(Id, ++_compactions, Turns, TokensCounted: 1_000, LeftUsd: null));

    public Task<Prompt> PromptAsync() => _services.GetRequiredService<Prompts>().ReadAsync(Id, CancellationToken.None);

    public Task<IReadOnlyList<TranscriptEntry>> TranscriptAsync() =>
        _services.GetRequiredService<ITranscriptStore>().ReadAsync(Id, CancellationToken.None);

    public async Task<Compaction> NewestAsync() =>
        (await _services.GetRequiredService<ICompactionStore>().FindAsync(Id, _compactions, CancellationToken.None))!;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private async Task SendBackAsync(int turn)
    {
        string reason = $"Reason of turn {turn}: {Words(5)}\nwith a second line.";
        IApprovalStore approvals = _services.GetRequiredService<IApprovalStore>();
        string id = ApprovalId.OfFinal(Id, turn, 0);
        await approvals.OpenAsync(
            new Approval { Id = id, RunId = Id, Kind = CheckpointKind.Final, Turn = turn, Digest = id, Question = "Shall it land?", Subject = "-", Because = "verified" },
            CancellationToken.None);
        await approvals.DecideAsync(new Decision(id, id, new Answer.Deny(reason), Decider.Local("ben")), CancellationToken.None);
        await AppendAsync($"review/{turn}", TranscriptEntry.User(turn, reason));
        Reasons.Add(reason);
    }

    private Task AppendAsync(string key, params TranscriptEntry[] entries) =>
        _services.GetRequiredService<ITranscriptStore>().AppendAsync(Id, key, entries, null, CancellationToken.None);

    /// <summary>Mostly of a decent length; now and then none at all, or longer than what it is to replace.</summary>
    private ModelReply Summarise() => _random.Next(10) switch
    {
        0 => ScriptedModel.Bash("ls")(),
        1 => ScriptedModel.Says(Words(40_000))(),
        _ => ScriptedModel.Says($"{ScriptedModel.Handover}\n{Words(_random.Next(20, 200))}")(),
    };

    private string Words(int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(_ => new string((char)('a' + _random.Next(26)), _random.Next(1, 9))));

    private static TranscriptEntry Item(int turn, object item) =>
        TranscriptEntry.ProviderItem(turn, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(item)), new Origin(Dialect.Responses, "gpt-5.5"));
}
