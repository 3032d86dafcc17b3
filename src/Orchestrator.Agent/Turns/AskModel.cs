using Microsoft.DurableTask;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Turns;

/// <summary>Which answer is wanted.</summary>
public sealed record AskModelInput(string RunId, int Turn);

/// <summary>
/// Asks the model for a run's next answer, keeps it and judges its calls. An answer that is kept is never asked for again:
/// a repeated activity returns it.
/// </summary>
public sealed class AskModel(
    ITaskStore tasks,
    IReplyStore replies,
    ITranscriptStore transcripts,
    ISignalStore signals,
    IModelClient client,
    IModelCatalogue catalogue,
    Toolbox toolbox,
    TimeProvider time) : TaskActivity<AskModelInput, ModelTurn>
{
    /// <summary>What a model is told whose answer was cut at the output limit.</summary>
    private const string GoOn = "Your answer was cut at the output limit. Go on where you stopped, in smaller steps.";

    public override async Task<ModelTurn> RunAsync(TaskActivityContext context, AskModelInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
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
                reply = await AskAsync(task, input, cancellationToken);
            }
            catch (ProviderException failure)
            {
                bool isEnvironment = failure.Failure is ProviderFailure.Unauthorized or ProviderFailure.Unreachable;
                return new ModelTurn
                {
                    Outcome = isEnvironment ? AskOutcome.Unavailable : AskOutcome.Failed,
                    Failure = failure.Message,
                };
            }
        }

        return Judge(task.Task, reply);
    }

    private async Task<CommittedReply> AskAsync(AdmittedTask task, AskModelInput input, CancellationToken cancellationToken)
    {
        IReadOnlyList<TranscriptEntry> transcript = await transcripts.ReadAsync(input.RunId, cancellationToken);
        await replies.BeginAttemptAsync(input.RunId, input.Turn, cancellationToken);
        long startedAt = time.GetTimestamp();
        ModelReply reply = await client.AskAsync(
            new ModelRequest
            {
                Model = task.Model,
                Prompt = [.. transcript.Select(entry => entry.ToPrompt())],
                Tools = toolbox.Definitions,
                CacheKey = input.RunId,
            },
            cancellationToken);

        ModelPrices? prices = catalogue.Resolve(task.Model).Prices;
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
            Usage = reply.Usage,
            CostUsd = prices?.CostOf(reply.Usage) ?? 0,
            PricesAsOf = prices?.AsOf,
            Attempts = reply.Attempts,
            Elapsed = time.GetElapsedTime(startedAt),
        };
        return await replies.CommitAsync(committed, EntriesOf(committed, reply), EventOf(committed), cancellationToken);
    }

    private static List<TranscriptEntry> EntriesOf(CommittedReply committed, ModelReply reply)
    {
        List<TranscriptEntry> entries = [.. reply.Items.Select(item => TranscriptEntry.ProviderItem(committed.Turn, item))];
        if (IsCut(committed))
        {
            entries.Add(TranscriptEntry.User(committed.Turn, GoOn));
        }

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

    private ModelTurn Judge(AgentTask task, CommittedReply reply)
    {
        var policy = new Policy(task.Checkpoints.Tools);
        return new ModelTurn
        {
            Outcome = reply switch
            {
                { End: ReplyEnd.Refused } => AskOutcome.Failed,
                { Calls.Count: > 0 } => AskOutcome.CallsTools,
                _ when IsCut(reply) => AskOutcome.WasCut,
                _ => AskOutcome.Submits,
            },
            Calls = reply.End == ReplyEnd.Refused ? [] : [.. reply.Calls.Select((call, index) => Judge(policy, call, index + 1))],
            Usage = reply.Usage,
            CostUsd = reply.CostUsd,
            Elapsed = reply.Elapsed,
            Failure = reply.End == ReplyEnd.Refused ? $"The provider refused to answer turn {reply.Turn}. {reply.Text}".TrimEnd() : null,
        };
    }

    private JudgedCall Judge(Policy policy, RequestedCall call, int place)
    {
        ToolDefinition? tool = toolbox.Find(call.Tool)?.Definition;
        if (tool is null)
        {
            return new JudgedCall(place, call.CallId, call.Tool, null, Ruling.Deny, "unknown tool", policy.Version);
        }

        PolicyRuling ruling = policy.Judge(call.Tool, CallSubject.Of(call.Tool, call.Arguments));
        return new JudgedCall(place, call.CallId, call.Tool, tool.Effect, ruling.Ruling, ruling.Rule, ruling.PolicyVersion);
    }
}
