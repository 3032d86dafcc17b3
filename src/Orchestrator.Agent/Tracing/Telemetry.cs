using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Orchestrator.Agent.Tracing;

/// <summary>Hands what runs did to whoever listens in this process, as spans and as measurements.</summary>
public sealed class Telemetry : IDisposable
{
    /// <summary>What listeners know spans and measurements by.</summary>
    public const string SourceName = "Orchestrator";

    private readonly ActivitySource _source = new(SourceName);
    private readonly Meter _meter = new(SourceName);
    private readonly Histogram<double> _durations;
    private readonly Histogram<long> _tokens;
    private readonly Counter<double> _dollars;
    private readonly Histogram<double> _approvals;
    private readonly TimeProvider _time;
    private WorkAtHand _work = new(0, 0, null);

    public Telemetry(TimeProvider time)
    {
        _time = time;
        _durations = _meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s", "How long model calls and tool calls took.");
        _tokens = _meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens of model calls.");
        _dollars = _meter.CreateCounter<double>("orchestrator.cost", "{USD}", "What model calls cost.");
        _approvals = _meter.CreateHistogram<double>("orchestrator.approval.duration", "s", "How long approvals waited for people.");
        _meter.CreateObservableGauge("orchestrator.runs.unfinished", () => _work.Runs, "{run}", "Runs that are not over.");
        _meter.CreateObservableGauge("orchestrator.approvals.open", () => _work.Approvals, "{approval}", "Approvals that wait for people.");
        _meter.CreateObservableGauge(
            "orchestrator.approvals.oldest", () => _work.OldestApprovalAt is { } at ? (_time.GetUtcNow() - at).TotalSeconds : 0, "s", "How long the oldest open approval has waited.");
    }

    /// <summary>What gauges say from now on.</summary>
    public void Gauge(WorkAtHand work) => _work = work;

    /// <summary>Tells of something that has ended.</summary>
    public void Tell(RunSpan span)
    {
        Measure(span);
        var parent = new ActivityContext(span.TraceId, span.ParentId, ActivityTraceFlags.Recorded);
        Activity? before = Activity.Current;
        Activity.Current = null;
        using Activity? activity = _source.StartActivity(span.Name, span.Kind, span.Parent is null ? default : parent, span.Attributes, startTime: span.Start);
        Activity.Current = before;
        if (activity is null)
        {
            return;
        }

        // The framework draws ids at random and lets nobody name one.
        TraceIdOf(activity) = span.TraceId.ToHexString();
        SpanIdOf(activity) = span.SpanId.ToHexString();
        IdOf(activity) = null;
        if (span.Failure is { } failure)
        {
            activity.SetStatus(ActivityStatusCode.Error, failure);
        }

        activity.SetEndTime(span.End.UtcDateTime);
    }

    public void Dispose()
    {
        _source.Dispose();
        _meter.Dispose();
    }

    private void Measure(RunSpan span)
    {
        string? operation = span.Attributes.GetValueOrDefault("gen_ai.operation.name") as string;
        double seconds = (span.End - span.Start).TotalSeconds;
        if (operation is "chat" or "execute_tool")
        {
            _durations.Record(seconds, Tag(span, "gen_ai.operation.name"), Tag(span, operation == "chat" ? "gen_ai.request.model" : "gen_ai.tool.name"));
        }

        if (operation == "chat")
        {
            _tokens.Record((long)span.Attributes["gen_ai.usage.input_tokens"]!, Tag(span, "gen_ai.request.model"), new("gen_ai.token.type", "input"));
            _tokens.Record((long)span.Attributes["gen_ai.usage.output_tokens"]!, Tag(span, "gen_ai.request.model"), new("gen_ai.token.type", "output"));
            _dollars.Add((double)span.Attributes["orchestrator.cost.usd"]!, Tag(span, "gen_ai.request.model"));
        }

        if (span.Attributes.ContainsKey("orchestrator.approval.kind"))
        {
            _approvals.Record(seconds, Tag(span, "orchestrator.approval.kind"), Tag(span, "orchestrator.approval.state"));
        }
    }

    private static KeyValuePair<string, object?> Tag(RunSpan span, string name) => new(name, span.Attributes[name]);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_traceId")]
    private static extern ref string? TraceIdOf(Activity activity);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanIdOf(Activity activity);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_id")]
    private static extern ref string? IdOf(Activity activity);
}
