using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Failpoints;

namespace Orchestrator.Agent.Turns;

/// <summary>Asks the model for a turn's answer and keeps it. What was reserved for it is settled with it, once.</summary>
public sealed class TurnQuestion(
    IReplyStore replies, Prompts prompts, CacheAlarm cache, CancelWatch watch, ISteeringStore steering, IModelClient client, ModelCalls calls, TimeProvider time)
{
    /// <summary>What a model is told whose answer was cut at the output limit.</summary>
    private const string GoOn = "Your answer was cut at the output limit. Go on where you stopped, in smaller steps.";

    /// <summary>What is asked for.</summary>
    /// <param name="Task">The run's task.</param>
    /// <param name="Model">The model that is asked.</param>
    /// <param name="Tools">What it may call.</param>
    /// <param name="Input">Which answer is wanted.</param>
    /// <param name="Before">How far the turn had come.</param>
    /// <param name="InputTokens">What the model is shown, in tokens, as estimated.</param>
    /// <param name="LongestAnswer">The longest answer, in tokens.</param>
    public sealed record Terms(
        AgentTask Task,
        ModelDescription Model,
        IReadOnlyList<ToolDefinition> Tools,
        AskModelInput Input,
        TurnAttempts Before,
        long InputTokens,
        int LongestAnswer);

    /// <exception cref="ProviderException">The answer could not be had.</exception>
    /// <exception cref="RunHeldException">The run was paused, or the kill switch was used, before a request was sent.</exception>
    /// <exception cref="OperationCanceledException">The run was canceled while the provider worked in the background.</exception>
    public async Task<CommittedReply> AskAsync(Terms asked, Prompt prompt, CancellationToken cancellationToken)
    {
        AskModelInput input = asked.Input;
        using var call = new ModelCall(calls);
        RequestTerms terms = await BeginAsync(asked, prompt, cancellationToken);
        prompt = terms.Compaction == prompt.Compaction ? prompt : await prompts.ReadAsync(input.RunId, terms.Compaction, cancellationToken);
        long startedAt = time.GetTimestamp();
        ModelRequest request = new()
        {
            Model = asked.Model.Id,
            Prompt = TranscriptEntry.PromptOf(prompt.Entries),
            Tools = asked.Tools,
            CacheKey = input.RunId,
            SpentAttempts = input.SpentAttempts,
            MaxOutputTokens = terms.MaxOutputTokens,
            Background = IsInBackground(asked) ? new BackgroundTerms(asked.Before.ResponseId, (id, token) => KeepAsync(input, id, call, token)) : null,
            Sending = async token =>
            {
                await steering.ThrowIfHeldAsync(input.RunId, token);
                await call.BeginAsync();
            },
            Retrying = (told, token) =>
            {
                call.End();
                return TellAsync(input, RunEventKind.ProviderRetried, told, token);
            },
            Waiting = (told, token) => TellAsync(input, RunEventKind.ProviderHeldBack, told, token),
        };
        ModelReply reply = request.Background is null
            ? await client.AskAsync(request, cancellationToken)
            : await watch.WhileWantedAsync(input.RunId, token => client.AskAsync(request, token), cancellationToken);

        TokenUsage usage = reply.CountedUsage(asked.InputTokens, terms.MaxOutputTokens);
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
            CostUsd = asked.Model.Prices?.CostOf(usage, reply.ServiceTier) ?? 0,
            PricesAsOf = asked.Model.Prices?.AsOf,
            Compaction = terms.Compaction,
            Attempts = reply.Attempts,
            Lost = asked.Before.Lost.Count > 0 ? asked.Before.Lost : null,
            Elapsed = input.Followed + time.GetElapsedTime(startedAt),
        };
        RunEvent[] happened =
        [
            EventOf(committed),
            .. input.Spent?.Alert(input.Turn, committed.TotalUsd) ?? [],
            .. await cache.OfAsync(committed, asked.Model.Prices, cancellationToken),
        ];
        return await replies.CommitAsync(committed, EntriesOf(committed, reply, asked.Model.Origin), happened, cancellationToken);
    }

    private static List<TranscriptEntry> EntriesOf(CommittedReply committed, ModelReply reply, Origin origin)
    {
        List<TranscriptEntry> entries = [.. reply.Items.Select(item => TranscriptEntry.ProviderItem(committed.Turn, item, origin))];
        if (IsCut(committed))
        {
            entries.Add(TranscriptEntry.User(committed.Turn, GoOn));
        }

        entries.AddRange(committed.Calls.Skip(AskModel.MostCalls).Select(
            call => TranscriptEntry.Observation(committed.Turn, call.CallId, Observation.OfTooMany(AskModel.MostCalls))));

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

    public static bool IsCut(CommittedReply reply) => reply.End == ReplyEnd.MaxOutputTokens && reply.Calls.Count == 0;

    /// <summary>An answer that is under way goes on in the background, whatever the task says now.</summary>
    private static bool IsInBackground(Terms asked) => asked.Before.ResponseId is not null || (asked.Model.TakesBackground && asked.Task.Background switch
    {
        BackgroundUse.Auto => asked.Model.ThinksLong,
        BackgroundUse.Always => true,
        BackgroundUse.Never => false,
    });

    /// <summary>Reserves what the request may cost; for an answer that is under way that was done when it was asked for.</summary>
    private async Task<RequestTerms> BeginAsync(Terms asked, Prompt prompt, CancellationToken cancellationToken)
    {
        AskModelInput input = asked.Input;
        if (asked.Before is { ResponseId: { } response, Terms: { } terms })
        {
            if (input.Followed == TimeSpan.Zero)
            {
                await TellAsync(input, RunEventKind.ProviderAskedAgain, $"for {response}, which it was asked for before", cancellationToken);
            }

            return terms;
        }

        if (input.Waits > 0)
        {
            await TellAsync(input, RunEventKind.ProviderAskedAgain, $"after wait {input.Waits} for the provider", cancellationToken);
        }

        return await replies.BeginAttemptAsync(
            input.RunId,
            input.Turn,
            new RequestTerms(asked.LongestAnswer, prompt.Compaction),
            Reservation.Of(asked.Model, asked.InputTokens, asked.LongestAnswer),
            cancellationToken);
    }

    /// <summary>From here on anybody can fetch the answer.</summary>
    private async Task KeepAsync(AskModelInput input, string response, ModelCall call, CancellationToken cancellationToken)
    {
        await replies.KeepResponseAsync(input.RunId, input.Turn, response, cancellationToken);
        call.End();
        Failpoint.Hit("agent.answer.begun");
    }

    private Task TellAsync(AskModelInput input, RunEventKind kind, string text, CancellationToken cancellationToken) =>
        replies.TellAsync(input.RunId, new RunEvent(kind, input.Turn, text), cancellationToken);
}
