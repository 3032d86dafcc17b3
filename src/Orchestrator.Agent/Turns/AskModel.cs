using System.Text.Json.Serialization;
using Microsoft.DurableTask;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Turns;

/// <summary>Which answer is wanted.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Turn">The turn, from 1.</param>
/// <param name="LeftUsd">Dollars that the answer may cost; null without a limit.</param>
/// <param name="Waits">How often the provider has put this turn off.</param>
/// <param name="SpentAttempts">Attempts of this turn that failed before it was put off.</param>
public sealed record AskModelInput(string RunId, int Turn, decimal? LeftUsd, int Waits = 0, int SpentAttempts = 0)
{
    /// <summary>What of its dollars the run has spent; null without a limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SpentShare? Spent { get; init; }

    /// <summary>Whether the orchestrator that asks can wait for sub-agents; those of earlier versions can't.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Delegates { get; init; }
}

/// <summary>
/// Asks the model for a run's next answer, keeps it and judges its calls. An answer that is kept is never asked for again:
/// a repeated activity returns it.
/// </summary>
public sealed class AskModel(
    ITaskStore tasks,
    IReplyStore replies,
    Prompts prompts,
    CompactionNeed compaction,
    Purse purse,
    ModelObstacles obstacles,
    CacheAlarm cache,
    ISignalStore signals,
    IModelClient client,
    IModelCatalogue catalogue,
    Toolbox toolbox,
    TimeProvider time) : TaskActivity<AskModelInput, ModelTurn>
{
    /// <summary>Calls of one answer that are served; history must hold them all.</summary>
    internal const int MostCalls = 128;

    /// <summary>Characters of an unknown tool's name that are repeated.</summary>
    private const int LongestName = 64;

    /// <summary>What a model is told whose answer was cut at the output limit.</summary>
    private const string GoOn = "Your answer was cut at the output limit. Go on where you stopped, in smaller steps.";

    public override async Task<ModelTurn> RunAsync(TaskActivityContext context, AskModelInput input)
    {
        try
        {
            return await TakeAsync(input, CancellationToken.None);
        }
        catch (UnknownModelException failure)
        {
            // It was known when the run began: its endpoint is no longer declared, and may be again.
            return new ModelTurn { Outcome = AskOutcome.Unavailable, Failure = failure.Message, IsProviderFault = true };
        }
    }

    private async Task<ModelTurn> TakeAsync(AskModelInput input, CancellationToken cancellationToken)
    {
        AdmittedTask task = await tasks.GetAsync(input.RunId, cancellationToken);
        CommittedReply? reply = await replies.FindAsync(input.RunId, input.Turn, cancellationToken);
        if (reply is null)
        {
            if (await signals.IsCanceledAsync(input.RunId, cancellationToken))
            {
                return new ModelTurn { Outcome = AskOutcome.Canceled };
            }

            try
            {
                Prompt prompt = await prompts.ReadAsync(input.RunId, cancellationToken);
                ModelDescription model = catalogue.Resolve(task.Model);
                IReadOnlyList<ToolDefinition> tools = toolbox.Definitions(task.Delegates);
                long inputTokens = await InputTokensAsync(input, prompt, tools, cancellationToken);
                Grant grant = await purse.ReserveAsync(task, model, input.LeftUsd, inputTokens, cancellationToken);
                if (grant.LongestAnswer is not { } longest)
                {
                    return new ModelTurn { Outcome = AskOutcome.IsUnaffordable, NeededUsd = grant.NeededUsd, Shortage = grant.Shortage };
                }

                reply = await AskAsync(model, input, prompt, tools, inputTokens, longest, cancellationToken);
            }
            catch (ProviderException failure)
            {
                await purse.ReleaseAsync(task, cancellationToken);
                return await obstacles.ClearAsync(task, input, failure, cancellationToken)
                    ?? (failure.RetryAfter is { } asked
                        ? await PutOffAsync(input, failure, ProviderWait.Of(asked, input.Waits), cancellationToken)
                        : Failed(failure));
            }
        }

        return Judge(task, input.Delegates, reply) with { TokensToCompact = await compaction.FindAsync(task, reply.Usage, cancellationToken) };
    }

    private static ModelTurn Failed(ProviderException failure) => new()
    {
        Outcome = failure.Failure is ProviderFailure.Unauthorized or ProviderFailure.Unreachable ? AskOutcome.Unavailable : AskOutcome.Failed,
        Failure = failure.Message,
        IsProviderFault = failure.IsProviderFault,
    };

    private async Task<ModelTurn> PutOffAsync(
        AskModelInput input, ProviderException failure, TimeSpan wait, CancellationToken cancellationToken)
    {
        await TellAsync(
            input, RunEventKind.ProviderAwaited, $"until {time.GetUtcNow() + wait:yyyy-MM-dd HH:mm:ss}Z: {failure.Message}", cancellationToken);
        return new ModelTurn
        {
            Outcome = AskOutcome.IsPutOff,
            Failure = $"The provider was not waited for any longer. {failure.Message}",
            IsProviderFault = true,
            Wait = wait,
            SpentAttempts = input.SpentAttempts + Math.Max(failure.Attempts - 1, 0),
        };
    }

    private Task TellAsync(AskModelInput input, RunEventKind kind, string text, CancellationToken cancellationToken) =>
        replies.TellAsync(input.RunId, new RunEvent(kind, input.Turn, text), cancellationToken);

    /// <summary>What the last answer was billed as says nothing of a prompt that was compacted since, or whose compaction was undone.</summary>
    private async Task<long> InputTokensAsync(
        AskModelInput input, Prompt prompt, IReadOnlyList<ToolDefinition> tools, CancellationToken cancellationToken)
    {
        CommittedReply? last = await replies.FindAsync(input.RunId, input.Turn - 1, cancellationToken);
        return TokenEstimate.OfInput(prompt.Entries, tools, last?.Compaction == prompt.Compaction ? last?.Usage : null);
    }

    private async Task<CommittedReply> AskAsync(
        ModelDescription model,
        AskModelInput input,
        Prompt prompt,
        IReadOnlyList<ToolDefinition> tools,
        long inputTokens,
        int longest,
        CancellationToken cancellationToken)
    {
        if (input.Waits > 0)
        {
            await TellAsync(input, RunEventKind.ProviderAskedAgain, $"after wait {input.Waits} for the provider", cancellationToken);
        }

        RequestTerms terms = await replies.BeginAttemptAsync(
            input.RunId, input.Turn, new RequestTerms(longest, prompt.Compaction), cancellationToken);
        prompt = terms.Compaction == prompt.Compaction ? prompt : await prompts.ReadAsync(input.RunId, terms.Compaction, cancellationToken);
        long startedAt = time.GetTimestamp();
        ModelReply reply = await client.AskAsync(
            new ModelRequest
            {
                Model = model.Id,
                Prompt = [.. prompt.Entries.Select(entry => entry.ToPrompt())],
                Tools = tools,
                CacheKey = input.RunId,
                SpentAttempts = input.SpentAttempts,
                MaxOutputTokens = terms.MaxOutputTokens,
                Retrying = (told, token) => TellAsync(input, RunEventKind.ProviderRetried, told, token),
            },
            cancellationToken);

        TokenUsage usage = reply.CountedUsage(inputTokens, terms.MaxOutputTokens);
        var committed = new CommittedReply
        {
            RunId = input.RunId,
            Turn = input.Turn,
            ResponseId = reply.ResponseId,
            Model = reply.Model,
            ServiceTier = reply.ServiceTier,
            Text = reply.Text,
            Calls = reply.Calls,
            End = reply.End,
            Usage = usage,
            CostUsd = model.Prices?.CostOf(usage, reply.ServiceTier) ?? 0,
            PricesAsOf = model.Prices?.AsOf,
            Compaction = terms.Compaction,
            Attempts = reply.Attempts,
            Elapsed = time.GetElapsedTime(startedAt),
        };
        RunEvent[] happened =
        [
            EventOf(committed),
            .. input.Spent?.Alert(input.Turn, committed.CostUsd) ?? [],
            .. await cache.OfAsync(committed, model.Prices, cancellationToken),
        ];
        return await replies.CommitAsync(committed, EntriesOf(committed, reply, model.Origin), happened, cancellationToken);
    }

    private static List<TranscriptEntry> EntriesOf(CommittedReply committed, ModelReply reply, Origin origin)
    {
        List<TranscriptEntry> entries = [.. reply.Items.Select(item => TranscriptEntry.ProviderItem(committed.Turn, item, origin))];
        if (IsCut(committed))
        {
            entries.Add(TranscriptEntry.User(committed.Turn, GoOn));
        }

        entries.AddRange(committed.Calls.Skip(MostCalls).Select(
            call => TranscriptEntry.Observation(committed.Turn, call.CallId, Observation.OfTooMany(MostCalls))));

        return entries;
    }

    private static RunEvent EventOf(CommittedReply reply)
    {
        string asked = reply.Calls.Count == 0
            ? "no tool calls"
            : string.Join(", ", reply.Calls.Select(call => $"{call.Tool}: {CallSubject.Of(call.Tool, call.Arguments).ReplaceLineEndings(" ")}"));
        return new RunEvent(
            RunEventKind.Answered,
            reply.Turn,
            reply.Text.Length > 0 ? $"{reply.Text.ReplaceLineEndings(" ")} [{asked}]" : asked);
    }

    private static bool IsCut(CommittedReply reply) => reply.End == ReplyEnd.MaxOutputTokens && reply.Calls.Count == 0;

    private ModelTurn Judge(AdmittedTask task, bool delegates, CommittedReply reply)
    {
        var policy = new Policy(task.Task.Checkpoints.Tools);
        IReadOnlyList<ToolDefinition> tools = toolbox.Definitions(delegates && task.Delegates);
        return new ModelTurn
        {
            Outcome = reply switch
            {
                { End: ReplyEnd.Refused } => AskOutcome.Failed,
                { Calls.Count: > 0 } => AskOutcome.CallsTools,
                _ when IsCut(reply) => AskOutcome.WasCut,
                _ => AskOutcome.Submits,
            },
            Calls = reply.End == ReplyEnd.Refused ? [] : [.. reply.Calls.Take(MostCalls).Select((call, index) => Judge(policy, tools, call, index + 1))],
            CostUsd = reply.CostUsd,
            Elapsed = reply.Elapsed,
            Failure = reply.End == ReplyEnd.Refused ? $"The provider refused to answer turn {reply.Turn}. {reply.Text}".TrimEnd() : null,
        };
    }

    private static JudgedCall Judge(Policy policy, IReadOnlyList<ToolDefinition> tools, RequestedCall call, int place)
    {
        ToolDefinition? tool = tools.FirstOrDefault(tool => tool.Name == call.Tool);
        if (tool is null)
        {
            string name = call.Tool.Length <= LongestName ? call.Tool : call.Tool[..LongestName] + "…";
            return new JudgedCall(place, call.CallId, name, null, Ruling.Deny, "unknown tool", policy.Version);
        }

        PolicyRuling ruling = policy.Judge(call.Tool, CallSubject.Of(call.Tool, call.Arguments));
        return new JudgedCall(place, call.CallId, call.Tool, tool.Effect, ruling.Ruling, ruling.Rule, ruling.PolicyVersion);
    }
}
