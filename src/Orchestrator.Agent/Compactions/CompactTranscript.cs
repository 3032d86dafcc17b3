using System.Text.Json.Serialization;
using Microsoft.DurableTask;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Failpoints;

namespace Orchestrator.Agent.Compactions;

/// <summary>Which compaction is wanted.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Number">The compaction, from 1.</param>
/// <param name="Turn">The turn after which it comes.</param>
/// <param name="TokensCounted">What the provider counted of the conversation.</param>
/// <param name="LeftUsd">Dollars that it may cost; null without a limit.</param>
/// <param name="WasRefused">The model refused the conversation as too long: nothing was counted, and it can't be asked for a summary of all of it.</param>
public sealed record CompactTranscriptInput(
    string RunId,
    int Number,
    int Turn,
    long TokensCounted,
    decimal? LeftUsd,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool WasRefused = false)
{
    /// <summary>Nothing was counted since the conversation is what it is now: what the model is shown is estimated.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsEstimate { get; init; }
}

/// <summary>
/// Replaces a run's older entries by a summary, as far as the next requests are concerned. It ends once: a repeated activity returns
/// how it ended, and asks again only where no answer was kept.
/// </summary>
public sealed class CompactTranscript(
    ITaskStore tasks,
    ICompactionStore compactions,
    ITranscriptStore transcripts,
    Prompts prompts,
    PinnedLedger ledger,
    ISignalStore signals,
    ISteeringStore steering,
    SummaryQuestion question,
    Purse purse,
    ModelCalls calls,
    TimeProvider time) : TaskActivity<CompactTranscriptInput, CompactionStep>
{
    public override async Task<CompactionStep> RunAsync(TaskActivityContext context, CompactTranscriptInput input)
    {
        try
        {
            return await CompactAsync(input, CancellationToken.None);
        }
        catch (UnknownModelException)
        {
            // Its endpoint is no longer declared: the next turn says so, or has another model take over.
            return new CompactionStep { Outcome = CompactionOutcome.NotDue };
        }
    }

    private async Task<CompactionStep> CompactAsync(CompactTranscriptInput input, CancellationToken cancellationToken)
    {
        Compaction? known = await compactions.FindAsync(input.RunId, input.Number, cancellationToken);
        if (known is { State: not CompactionState.Begun })
        {
            return CompactionStep.Of(known);
        }

        if (await signals.IsCanceledAsync(input.RunId, cancellationToken))
        {
            return new CompactionStep { Outcome = CompactionOutcome.Canceled };
        }

        if (await steering.FindHoldAsync(input.RunId, cancellationToken) is not null)
        {
            // The next turn waits until the model may be asked.
            return new CompactionStep { Outcome = CompactionOutcome.NotDue };
        }

        AdmittedTask task = await tasks.GetAsync(input.RunId, cancellationToken);
        Prompt prompt = await prompts.ReadAsync(input.RunId, cancellationToken);
        bool isEstimate = input.WasRefused || input.IsEstimate;
        if (!isEstimate && await compactions.FindSeenThroughAsync(input.RunId, input.Turn, cancellationToken) != prompt.Compaction)
        {
            // What was counted is no longer what the model is shown: the next answer tells.
            return new CompactionStep { Outcome = CompactionOutcome.NotDue };
        }

        CompactionDraft draft = CompactionDraft.Of(
            await transcripts.ReadAsync(input.RunId, cancellationToken), prompt, question.ToolsOf(task), await ledger.ReadAsync(task, cancellationToken));
        var begun = new Compaction
        {
            RunId = input.RunId,
            Number = input.Number,
            Turn = input.Turn,
            Basis = prompt.Compaction,
            State = CompactionState.Begun,
            TokensCounted = isEstimate ? TokenEstimate.Of(prompt.Entries) : input.TokensCounted,
            TokensBefore = draft.TokensBefore,
        };
        if (draft.Obstacle() is { } obstacle)
        {
            return await FailAsync(begun, obstacle, cancellationToken);
        }

        ModelDescription model = question.ModelOf(task);
        (prompt, long inputTokens) = question.Fitting(task, prompt, begun.TokensCounted, input.WasRefused);
        if (known is { Attempts: var attempts, MaxOutputTokens: { } asked })
        {
            begun = begun with { Lost = new LostAttempts(attempts, attempts * Reservation.Of(model, inputTokens, asked)) };
        }

        Grant grant = await purse.ReserveAsync(
            task, model, input.LeftUsd - begun.Lost.CostUsd, inputTokens, known?.MaxOutputTokens, cancellationToken);
        return grant.LongestAnswer is { } longest
            ? await AskAsync(task, begun, new Shown(prompt, inputTokens), draft, longest, cancellationToken)
            : new CompactionStep { Outcome = CompactionOutcome.IsUnaffordable, NeededUsd = grant.NeededUsd + begun.Lost.CostUsd, Shortage = grant.Shortage };
    }

    private async Task<CompactionStep> AskAsync(
        AdmittedTask task, Compaction begun, Shown shown, CompactionDraft draft, int longest, CancellationToken cancellationToken)
    {
        using var call = new ModelCall(calls);
        if (await compactions.BeginAttemptAsync(begun, longest, cancellationToken) is not { } maxOutputTokens)
        {
            return new CompactionStep { Outcome = CompactionOutcome.NotDue };
        }

        Failpoint.Hit("agent.compaction.begun");
        long startedAt = time.GetTimestamp();
        ModelDescription model = question.ModelOf(task);
        ModelReply reply;
        try
        {
            reply = await question.AskAsync(task, begun, shown.Prompt, maxOutputTokens, call, cancellationToken);
        }
        catch (RunHeldException held)
        {
            // It is tried again behind the next turn; that one waits.
            return await FailAsync(begun with { IsProviderFault = true, Elapsed = time.GetElapsedTime(startedAt) }, held.Message, cancellationToken);
        }
        catch (ProviderException failure)
        {
            // An endpoint that calls the request wrong, or writes what can't be read, will do so again.
            bool isPassing = failure.IsProviderFault
                && failure.Failure is not (ProviderFailure.Misconfigured or ProviderFailure.NotFound or ProviderFailure.Unreadable);
            Compaction unanswered = begun with
            {
                IsProviderFault = isPassing,
                Elapsed = time.GetElapsedTime(startedAt),
                Lost = failure.IsBilled ? begun.Lost.Plus(Reservation.Of(model, shown.Tokens, maxOutputTokens)) : begun.Lost,
            };
            return await FailAsync(unanswered, failure.Message, cancellationToken);
        }

        Failpoint.Hit("agent.compaction.answered");
        TokenUsage usage = reply.CountedUsage(shown.Tokens, maxOutputTokens);
        Compaction paid = begun with
        {
            Usage = usage,
            CostUsd = model.Prices?.CostOf(usage, reply.ServiceTier) ?? 0,
            Elapsed = time.GetElapsedTime(startedAt),
        };
        return question.SummarizerOf(task, paid).Read(reply, draft.Through, model.Origin) switch
        {
            Summary.Usable usable => await EndAsync(paid, draft, usable.Entry, cancellationToken),
            Summary.Unusable unusable => await FailAsync(paid, unusable.Reason, cancellationToken),
        };
    }

    private async Task<CompactionStep> EndAsync(Compaction paid, CompactionDraft draft, TranscriptEntry summary, CancellationToken cancellationToken)
    {
        Replacement replacement = draft.With(summary);
        Compaction ended = paid with { TokensAfter = draft.TokensAfter(replacement), Replacement = replacement, State = CompactionState.Active };
        if (!ShrinkGuard.FreesEnough(ended.TokensBefore, ended.TokensAfter))
        {
            return await FailAsync(
                ended with { Replacement = null }, $"{ended.Saving}, which is less than {ShrinkGuard.LeastFreed} %", cancellationToken);
        }

        string text = $"compaction {ended.Number} of turns 1 to {draft.Through}: {ended.Saving}, {Dollars.Of(ended.TotalUsd)}";
        return await CommitAsync(ended, new RunEvent(RunEventKind.Compacted, ended.Turn, text), cancellationToken);
    }

    private Task<CompactionStep> FailAsync(Compaction compaction, string reason, CancellationToken cancellationToken) => CommitAsync(
        compaction with { State = CompactionState.Failed, Failure = reason },
        new RunEvent(RunEventKind.NotCompacted, compaction.Turn, $"compaction {compaction.Number} failed, {Dollars.Of(compaction.TotalUsd)}: {reason}"),
        cancellationToken);

    private async Task<CompactionStep> CommitAsync(Compaction ended, RunEvent happened, CancellationToken cancellationToken)
    {
        Compaction kept = await compactions.CommitAsync(ended, happened, cancellationToken);
        Failpoint.Hit("agent.compaction.committed");
        return CompactionStep.Of(kept);
    }

    /// <summary>What the model is shown for a summary, and the tokens of that, at most.</summary>
    private sealed record Shown(Prompt Prompt, long Tokens);
}
