using System.Diagnostics;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Tracing;

/// <summary>
/// Makes a run's trace of what is stored of it: run, turns, model calls, tool calls, verifications and approvals as one tree. A replay or a repetition adds nothing to it,
/// since only what was committed is told.
/// </summary>
/// <remarks>Names and attributes: OpenTelemetry's semantic conventions for generative AI (gen_ai.*); those of our own begin with <c>orchestrator.</c></remarks>
/// <param name="run">The run.</param>
/// <param name="events">What happened in it, in order.</param>
/// <param name="replies">Its model's answers.</param>
/// <param name="verdicts">What was found of its submissions, by their turns.</param>
/// <param name="approvals">What people were asked.</param>
public sealed class RunTrace(
    RunSummary run,
    IReadOnlyList<StoredRunEvent> events,
    IReadOnlyList<CommittedReply> replies,
    IReadOnlyDictionary<int, Verdict> verdicts,
    IReadOnlyList<Approval> approvals)
{
    private const string Root = "";

    /// <summary>The spans of one turn; the turn's own is the first.</summary>
    public IEnumerable<RunSpan> OfTurn(int turn)
    {
        if (replies.FirstOrDefault(reply => reply.Turn == turn) is not { } reply
            || events.FirstOrDefault(one => one.Event is { Kind: RunEventKind.Answered } told && told.Turn == turn) is not { } answered)
        {
            return [];
        }

        RunSpan chat = OfChat(reply, answered.At);
        List<RunSpan> parts = [chat, .. OfTools(reply), .. OfVerification(turn), .. OfApprovals(turn)];
        var whole = new RunSpan(run.RunId, KeyOf(turn), Root, $"turn {turn}", chat.Start, parts.Max(part => part.End))
        {
            Attributes = Attributes(("orchestrator.turn", turn)),
        };
        return [whole, .. parts];
    }

    /// <summary>The run itself, and what people were asked before its first turn.</summary>
    public IEnumerable<RunSpan> OfRun() =>
    [
        new RunSpan(run.RunId, Root, null, "invoke_agent orchestrator", run.SubmittedAt, run.EndedAt ?? run.SubmittedAt)
        {
            Attributes = Attributes(
                ("gen_ai.operation.name", "invoke_agent"),
                ("gen_ai.agent.name", "orchestrator"),
                ("gen_ai.conversation.id", run.RunId),
                ("gen_ai.request.model", run.Model),
                ("gen_ai.usage.input_tokens", run.Usage.InputTokens),
                ("gen_ai.usage.output_tokens", run.Usage.OutputTokens),
                ("orchestrator.run.name", run.Name),
                ("orchestrator.run.status", run.Status.InWords()),
                ("orchestrator.tenant", run.Tenant),
                ("orchestrator.turns", run.Turns),
                ("orchestrator.tool_calls", run.ToolCalls),
                ("orchestrator.cost.usd", (double)run.CostUsd)),
            Failure = run.Status == RunStatus.Failed ? "failed" : null,
        },
        .. OfApprovals(turn: 0),
    ];

    private RunSpan OfChat(CommittedReply reply, DateTimeOffset answeredAt) => new(
        run.RunId, $"chat {reply.Turn}", KeyOf(reply.Turn), $"chat {reply.Model}", answeredAt - reply.Elapsed, answeredAt)
    {
        Kind = ActivityKind.Client,
        Attributes = Attributes(
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.conversation.id", run.RunId),
            ("gen_ai.request.model", reply.Model),
            ("gen_ai.response.id", reply.ResponseId),
            ("gen_ai.response.finish_reasons", (string[])[reply.End.ToString().ToLowerInvariant()]),
            ("gen_ai.usage.input_tokens", reply.Usage.InputTokens),
            ("gen_ai.usage.cached_input_tokens", reply.Usage.CachedInputTokens),
            ("gen_ai.usage.output_tokens", reply.Usage.OutputTokens),
            ("orchestrator.attempts", reply.Attempts),
            ("orchestrator.cost.usd", (double)reply.TotalUsd)),
    };

    private IEnumerable<RunSpan> OfTools(CommittedReply reply) => reply.Calls.SelectMany((call, index) =>
        from started in events
        where started.Event is { Kind: RunEventKind.ToolStarted, Effect: { } effect } && IsOfCall(effect, reply.Turn, index + 1)
        let ended = events.FirstOrDefault(
            one => one.Sequence > started.Sequence && one.Event is { Kind: RunEventKind.ToolFinished } told && told.Effect == started.Event.Effect)
        where ended is not null
        select new RunSpan(run.RunId, $"tool {started.Event.Effect}", KeyOf(reply.Turn), $"execute_tool {call.Tool}", started.At, ended.At)
        {
            Attributes = Attributes(
                ("gen_ai.operation.name", "execute_tool"), ("gen_ai.tool.name", call.Tool), ("gen_ai.tool.call.id", call.CallId), ("orchestrator.effect", started.Event.Effect)),
        });

    /// <summary>Whatever its revision.</summary>
    private bool IsOfCall(string effect, int turn, int call) => effect.StartsWith(new EffectId(run.RunId, turn, call).Folder[..^1], StringComparison.Ordinal);

    /// <summary>The last one, if people have left parts out of what was submitted.</summary>
    private IEnumerable<RunSpan> OfVerification(int turn) =>
        from verdict in verdicts.TryGetValue(turn, out Verdict? found) ? [found] : Array.Empty<Verdict>()
        let told = events.Where(one => one.Event.Turn == turn && IsVerdict(one.Event.Kind)).ElementAtOrDefault(verdict.Revision)
        where told is not null
        select new RunSpan(run.RunId, $"verify {turn}", KeyOf(turn), "verify", told.At - verdict.Elapsed, told.At)
        {
            Attributes = Attributes(
                ("orchestrator.verification.accepted", verdict.Accepted),
                ("orchestrator.verification.checks", verdict.Checks.Count),
                ("orchestrator.verification.failed", verdict.Checks.Count(check => check.ExitCode != 0)),
                ("orchestrator.verification.revision", verdict.Revision)),
            Failure = verdict.Accepted ? null : "rejected",
        };

    private IEnumerable<RunSpan> OfApprovals(int turn) =>
        from approval in approvals
        where approval.Turn == turn && approval is { OpenedAt: not null, DecidedAt: not null }
        select new RunSpan(
            run.RunId, $"approval {approval.Id}", turn == 0 ? Root : KeyOf(turn), $"approval {approval.Kind.ToString().ToLowerInvariant()}", approval.OpenedAt!.Value, approval.DecidedAt!.Value)
        {
            Attributes = Attributes(
                ("orchestrator.approval.id", approval.Id),
                ("orchestrator.approval.kind", approval.Kind.ToString().ToLowerInvariant()),
                ("orchestrator.approval.state", approval.State.ToString().ToLowerInvariant())),
        };

    /// <summary>A review or a red check of the pull request is told as a rejection too, behind them.</summary>
    internal static bool IsVerdict(RunEventKind kind) => kind is RunEventKind.Verified or RunEventKind.Rejected;

    private static string KeyOf(int turn) => $"turn {turn}";

    private static Dictionary<string, object?> Attributes(params (string Name, object? Value)[] attributes) =>
        attributes.Where(one => one.Value is not null).ToDictionary(one => one.Name, one => one.Value);
}
