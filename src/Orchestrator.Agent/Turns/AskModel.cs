using System.Text.Json.Serialization;
using Microsoft.DurableTask;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Compactions;
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

    /// <summary>How long the provider has been followed before, while it worked on this answer in the background.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TimeSpan Followed { get; init; }

    /// <summary>The model could not be asked before since the run was held.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WasHeld { get; init; }

    /// <summary>Whether the orchestrator that asks can wait for sub-agents; those of earlier versions can't.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Delegates { get; init; }

    /// <summary>Whether it is about the plan: until that is approved, calls may look and nothing else.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Plans { get; init; }
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
    TurnQuestion question,
    CancelWatch watch,
    ISteeringStore steering,
    IModelClient client,
    IModelCatalogue catalogue,
    Toolbox toolbox,
    CallJudge judge,
    TimeProvider time) : TaskActivity<AskModelInput, ModelTurn>
{
    /// <summary>Calls of one answer that are served; history must hold them all.</summary>
    internal const int MostCalls = 128;

    /// <summary>A run that is held looks again after this, whether anybody rings or not.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromHours(6);

    /// <summary>Characters of an unknown tool's name that are repeated.</summary>
    private const int LongestName = 64;

    public override async Task<ModelTurn> RunAsync(TaskActivityContext context, AskModelInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask task = await tasks.GetAsync(input.RunId, cancellationToken);
        CommittedReply? reply = await replies.FindAsync(input.RunId, input.Turn, cancellationToken);
        if (reply is null)
        {
            TurnAttempts before = await replies.TakeUpAsync(input.RunId, input.Turn, cancellationToken);
            if (await watch.IsCanceledAsync(input.RunId, cancellationToken))
            {
                return await GiveUpAsync(task, input, before, cancellationToken);
            }

            if (before.ResponseId is null && await HeldAsync(input, cancellationToken) is { } held)
            {
                return held;
            }

            await TakeInAsync(input, before, cancellationToken);
            long startedAt = time.GetTimestamp();
            try
            {
                Prompt prompt = await prompts.ReadAsync(input.RunId, cancellationToken);
                ModelDescription model = catalogue.Resolve(task.Model);
                IReadOnlyList<ToolDefinition> tools = toolbox.Definitions(task.Task, task.Delegates, task.Served);
                long inputTokens = await InputTokensAsync(input, model, prompt, tools, cancellationToken);
                Grant grant = await ReserveAsync(task, model, input, before, inputTokens, cancellationToken);
                if (grant.LongestAnswer is not { } longest)
                {
                    return new ModelTurn { Outcome = AskOutcome.IsUnaffordable, NeededUsd = grant.NeededUsd + before.Lost.CostUsd, Shortage = grant.Shortage };
                }

                reply = await question.AskAsync(
                    new TurnQuestion.Terms(task.Task, model, tools, input, before, inputTokens, longest), prompt, cancellationToken);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The run was canceled while the provider worked in the background.
                before = await replies.TakeUpAsync(input.RunId, input.Turn, cancellationToken);
                return await GiveUpAsync(task, input, before, cancellationToken);
            }
            catch (RunHeldException)
            {
                await replies.EndAttemptAsync(input.RunId, input.Turn, isLost: false, cancellationToken);
                await purse.ReleaseAsync(task, cancellationToken);
                return await HeldAsync(input, cancellationToken) ?? Held(TimeSpan.Zero);
            }
            catch (ProviderException failure) when (failure.Failure == ProviderFailure.Underway)
            {
                return Underway(input, failure, time.GetElapsedTime(startedAt));
            }
            catch (Exception thrown) when (thrown is ProviderException or UnknownModelException)
            {
                // A model that is unknown now was known when the run began: its endpoint is no longer declared, and may be again.
                ProviderException failure = thrown as ProviderException ?? new ProviderException(ProviderFailure.NotFound, thrown.Message, thrown);
                ModelTurn unanswered = await FailAsync(task, input, failure, cancellationToken);
                reply = await replies.FindAsync(input.RunId, input.Turn, cancellationToken);
                if (reply is null)
                {
                    return unanswered;
                }
            }
        }

        StandingRules rules = await judge.FindAsync(task, cancellationToken);
        return Judge(task, input, reply, rules) with { TokensToCompact = await compaction.FindAsync(task, reply.Usage, cancellationToken) };
    }

    /// <summary>A run that may not ask its model waits, and is woken when it may.</summary>
    /// <returns>Null if it may.</returns>
    private async Task<ModelTurn?> HeldAsync(AskModelInput input, CancellationToken cancellationToken)
    {
        bool isHeld = await steering.FindHoldAsync(input.RunId, cancellationToken) is not null
            && await steering.HoldAsync(input.RunId, input.Turn, cancellationToken) is not null;
        if (!isHeld && input.WasHeld)
        {
            await steering.ReleaseAsync(input.RunId, cancellationToken);
        }

        return isHeld ? Held(LongestHold) : null;
    }

    /// <summary>What people said goes into the first request of a turn: all requests of a turn are the same.</summary>
    private async Task TakeInAsync(AskModelInput input, TurnAttempts before, CancellationToken cancellationToken)
    {
        if (before.Terms is null)
        {
            await steering.DeliverMessagesAsync(input.RunId, input.Turn, cancellationToken);
        }
    }

    private static ModelTurn Held(TimeSpan wait) => new() { Outcome = AskOutcome.IsPutOff, IsHeld = true, Wait = wait };

    /// <summary>An answer that is under way was paid for when it was asked for.</summary>
    private async Task<Grant> ReserveAsync(
        AdmittedTask task, ModelDescription model, AskModelInput input, TurnAttempts before, long inputTokens, CancellationToken cancellationToken) =>
        before is { ResponseId: not null, Terms: { } terms }
            ? new Grant(terms.MaxOutputTokens, null, null)
            : await purse.ReserveAsync(
                task, model, input.LeftUsd - before.Lost.CostUsd, inputTokens, before.Terms?.MaxOutputTokens, cancellationToken);

    /// <summary>Says how the turn goes on, unless another attempt has brought its answer meanwhile.</summary>
    private async Task<ModelTurn> FailAsync(AdmittedTask task, AskModelInput input, ProviderException failure, CancellationToken cancellationToken)
    {
        if (!failure.IsAnswerUnderway)
        {
            await replies.EndAttemptAsync(input.RunId, input.Turn, failure.IsBilled, cancellationToken);
            await purse.ReleaseAsync(task, cancellationToken);
        }

        if (failure.Failure == ProviderFailure.QuotaSpent)
        {
            await replies.TellAsync(input.RunId, new RunEvent(RunEventKind.QuotaSpent, input.Turn, failure.Message), cancellationToken);
        }

        return await obstacles.ClearAsync(task, input, failure, cancellationToken)
            ?? (failure.RetryAfter is { } asked
                ? await PutOffAsync(input, failure, ProviderWait.Of(asked, input.Waits), cancellationToken)
                : Failed(failure));
    }

    private static ModelTurn Failed(ProviderException failure) => new()
    {
        Outcome = failure.Failure is ProviderFailure.Unauthorized or ProviderFailure.QuotaSpent or ProviderFailure.Unreachable or ProviderFailure.NotFound
            ? AskOutcome.Unavailable : AskOutcome.Failed,
        Failure = failure.Message,
        IsProviderFault = failure.IsProviderFault,
    };

    /// <summary>Nobody waits for the answer any more that the provider may work on.</summary>
    private async Task<ModelTurn> GiveUpAsync(AdmittedTask task, AskModelInput input, TurnAttempts before, CancellationToken cancellationToken)
    {
        if (before.ResponseId is { } response)
        {
            await client.CancelAsync(task.Model, response, cancellationToken);
            await replies.EndAttemptAsync(input.RunId, input.Turn, isLost: false, cancellationToken);
            await purse.ReleaseAsync(task, cancellationToken);
        }

        return new ModelTurn { Outcome = AskOutcome.Canceled };
    }

    private static ModelTurn Underway(AskModelInput input, ProviderException failure, TimeSpan followed) => new()
    {
        Outcome = AskOutcome.IsPutOff,
        Failure = $"The provider was not waited for any longer. {failure.Message}",
        IsProviderFault = true,
        IsUnderway = true,
        Wait = failure.RetryAfter ?? TimeSpan.Zero,
        Elapsed = followed,
        SpentAttempts = input.SpentAttempts + failure.SpentAttempts,
    };

    private async Task<ModelTurn> PutOffAsync(
        AskModelInput input, ProviderException failure, TimeSpan wait, CancellationToken cancellationToken)
    {
        await replies.TellAsync(
            input.RunId,
            new RunEvent(RunEventKind.ProviderAwaited, input.Turn, $"until {time.GetUtcNow() + wait:yyyy-MM-dd HH:mm:ss}Z: {failure.Message}"),
            cancellationToken);
        return new ModelTurn
        {
            Outcome = AskOutcome.IsPutOff,
            Failure = $"The provider was not waited for any longer. {failure.Message}",
            IsProviderFault = true,
            Wait = wait,
            SpentAttempts = input.SpentAttempts + failure.SpentAttempts,
        };
    }

    /// <summary>
    /// What the last answer was billed as says nothing of a prompt that was compacted since, or whose compaction was undone, and nothing
    /// of what another model counts.
    /// </summary>
    private async Task<long> InputTokensAsync(
        AskModelInput input, ModelDescription model, Prompt prompt, IReadOnlyList<ToolDefinition> tools, CancellationToken cancellationToken)
    {
        CommittedReply? last = await replies.FindAsync(input.RunId, input.Turn - 1, cancellationToken);
        bool wasCounted = last?.Compaction == prompt.Compaction
            && prompt.Entries.LastOrDefault(entry => entry.Kind == EntryKind.ProviderItem)?.Origin == model.Origin;
        return TokenEstimate.OfInput(prompt.Entries, tools, wasCounted ? last?.Usage : null);
    }

    private ModelTurn Judge(AdmittedTask task, AskModelInput input, CommittedReply reply, StandingRules rules)
    {
        IReadOnlyList<ToolDefinition> tools = toolbox.Definitions(task.Task, input.Delegates && task.Delegates, task.Served);
        decimal? leftUsd = input.LeftUsd - reply.TotalUsd;
        return new ModelTurn
        {
            Outcome = reply switch
            {
                { End: ReplyEnd.Refused } => AskOutcome.Failed,
                { Calls.Count: > 0 } => AskOutcome.CallsTools,
                _ when TurnQuestion.IsCut(reply) => AskOutcome.WasCut,
                _ => AskOutcome.Submits,
            },
            Calls = reply.End == ReplyEnd.Refused ? [] : [.. reply.Calls.Take(MostCalls).Select((call, index) => Judge(rules, tools, call, index + 1, leftUsd, input.Plans))],
            CostUsd = reply.TotalUsd,
            Elapsed = reply.Elapsed,
            Failure = reply.End == ReplyEnd.Refused ? $"The provider refused to answer turn {reply.Turn}. {reply.Text}".TrimEnd() : null,
        };
    }

    private static JudgedCall Judge(StandingRules rules, IReadOnlyList<ToolDefinition> tools, RequestedCall call, int place, decimal? leftUsd, bool plans)
    {
        ToolDefinition? tool = tools.FirstOrDefault(tool => tool.Name == call.Tool);
        if (tool is null)
        {
            string name = ShortText.Shortened(call.Tool, LongestName);
            return new JudgedCall(place, call.CallId, name, null, Ruling.Deny, "unknown tool", rules.Policy.Version);
        }

        PolicyRuling ruling = plans && !Planning.Allows(call, tool.Effect)
            ? new PolicyRuling(Ruling.Deny, Planning.Rule, rules.Policy.Version)
            : rules.Judge(call, tool.Effect, leftUsd);
        return new JudgedCall(place, call.CallId, call.Tool, tool.Effect, ruling.Ruling, ruling.Rule, ruling.PolicyVersion) { Network = ruling.Network };
    }
}
