using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Turns;
using Orchestrator.Providers;
using Orchestrator.Storage;

namespace Orchestrator.Benchmarks.Costs;

/// <summary>
/// A long run as the product takes it - its own activities for turns and compactions, stores, client - but for the hub that calls them
/// and for the tools, whose results are given.
/// </summary>
internal sealed class CostRun(BillingEndpoint endpoint, string folder) : IAsyncDisposable
{
    public const string Model = "gpt-5.5";

    private const string Id = "r1";
    private const int InstructionBytes = 36_000;
    private const int ResultBytes = 6_300;

    private RunDatabase? _database;
    private ServiceProvider? _services;

    /// <summary>What the model costs.</summary>
    public ModelPrices Prices => _services!.GetRequiredService<IModelCatalogue>().Resolve(Model).Prices!;

    /// <param name="turns">How many turns it takes.</param>
    /// <param name="compactAt">Tokens of the conversation above which it is compacted.</param>
    /// <returns>The compactions that were made.</returns>
    /// <exception cref="IOException">A turn or a compaction did not go as it should.</exception>
    public async Task<int> RunAsync(int turns, int compactAt, CancellationToken cancellationToken)
    {
        _database = await RunDatabase.OpenAsync(new DataFolder(folder), TimeProvider.System, cancellationToken);
        _services = Services(_database);
        await OpenAsync(compactAt, cancellationToken);
        int compactions = 0;
        for (int turn = 1; turn <= turns; turn++)
        {
            ModelTurn answer = await _services.GetRequiredService<AskModel>().RunAsync(null!, new AskModelInput(Id, turn, LeftUsd: null));
            if (answer is not { Outcome: AskOutcome.CallsTools, Calls: [var call] })
            {
                throw new IOException($"Turn {turn} ended as {answer.Outcome}: {answer.Failure}");
            }

            TranscriptEntry result = TranscriptEntry.Observation(turn, call.CallId, Filling.Of($"step {turn}", ResultBytes));
            await AppendAsync(TranscriptKey.Observation(new EffectId(Id, turn, 1)), [result], cancellationToken);
            if (answer.TokensToCompact is { } tokens)
            {
                CompactionStep step = await _services.GetRequiredService<CompactTranscript>()
                    .RunAsync(null!, new CompactTranscriptInput(Id, ++compactions, turn, tokens, LeftUsd: null));
                if (step.Outcome != CompactionOutcome.Compacted)
                {
                    throw new IOException($"The compaction after turn {turn} ended as {step.Outcome}.");
                }
            }
        }

        return compactions;
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    private async Task OpenAsync(int compactAt, CancellationToken cancellationToken)
    {
        var task = new AgentTask
        {
            Name = "cost",
            Objective = "Take every step.",
            Workspace = new WorkspaceSource("/source", null),
            Success = [new SuccessCriterion("steps", "make check")],
            Constraints = [.. Enumerable.Range(1, 10).Select(number => $"Leave part {number} as it is.")],
            Compaction = new CompactionTerms { At = compactAt },
        };
        var admitted = new AdmittedTask { RunId = Id, Task = task, BaseCommit = "abc", Model = Model, ModelReason = "", Requester = "benchmarks" };
        await _services!.GetRequiredService<ITaskStore>().AddAsync(admitted, cancellationToken);
        await AppendAsync(
            TranscriptKey.Opening,
            [TranscriptEntry.Instructions(Filling.Of("instructions", InstructionBytes)), TranscriptEntry.User(0, $"# Task\n\n{task.Objective}")],
            cancellationToken);
    }

    private Task AppendAsync(string key, IReadOnlyList<TranscriptEntry> entries, CancellationToken cancellationToken) =>
        _services!.GetRequiredService<ITranscriptStore>().AppendAsync(Id, key, entries, null, cancellationToken);

    private ServiceProvider Services(RunDatabase database)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OPENAI_API_KEY"] = "none",
            ["OPENAI_BASE_URL"] = endpoint.BaseUrl,
        }).Build();
        return new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddLogging(logging => logging.ClearProviders())
            .AddStorage(database)
            .AddAgent()
            .AddProviders(configuration, Path.Combine(folder, "no-providers.yaml"))
            .AddSingleton<ITool, GivenTool>()
            .AddSingleton<ICommandRunner, NoCommands>()
            .AddSingleton<AskModel>()
            .AddSingleton<CompactTranscript>()
            .BuildServiceProvider();
    }

    /// <summary>No command is run: there is none to end.</summary>
    private sealed class NoCommands : ICommandRunner
    {
        public Task<ToolOutcome> RunAsync(SandboxedCommand command, CancellationToken cancellationToken) => throw new NotSupportedException();

        public bool HasBegun(string folder) => throw new NotSupportedException();

        public Task CancelAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task EndAllAsync(string parent, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task EndSessionsAsync(string parent, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>A tool that is offered and never run: its results are given.</summary>
    private sealed class GivenTool : ITool
    {
        public ToolDefinition Definition { get; } = new(
            "bash", "Runs a command.", """{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}""", EffectClass.Contained);

        public Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken) =>
            throw new NotSupportedException("The results of this tool are given.");
    }
}
