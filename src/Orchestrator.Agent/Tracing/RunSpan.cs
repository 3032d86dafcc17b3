using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Agent.Tracing;

/// <summary>A span of a run's trace. Its ids follow from what it tells of: told twice, it is the same.</summary>
/// <param name="Run">The run, whose id makes the trace's.</param>
/// <param name="Key">What it is of its run; empty for the run itself.</param>
/// <param name="Parent">The key of the span that it is part of; null for the run itself.</param>
/// <param name="Name">What it is called, by OpenTelemetry's conventions for generative AI where they have a name for it.</param>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended.</param>
public sealed record RunSpan(string Run, string Key, string? Parent, string Name, DateTimeOffset Start, DateTimeOffset End)
{
    public ActivityKind Kind { get; init; } = ActivityKind.Internal;

    /// <summary>What is known of it; never text of a model or a tool.</summary>
    public IReadOnlyDictionary<string, object?> Attributes { get; init; } = new Dictionary<string, object?>();

    /// <summary>Why it failed, in a word; null if it didn't.</summary>
    public string? Failure { get; init; }

    public ActivityTraceId TraceId => TraceIdOf(Run);

    public ActivitySpanId SpanId => SpanIdOf(Run, Key);

    public ActivitySpanId ParentId => Parent is null ? default : SpanIdOf(Run, Parent);

    /// <summary>The trace of a run.</summary>
    public static ActivityTraceId TraceIdOf(string run) => ActivityTraceId.CreateFromBytes(HashOf(run)[..16]);

    private static ActivitySpanId SpanIdOf(string run, string key) => ActivitySpanId.CreateFromBytes(HashOf($"{run}\n{key}")[..8]);

    private static ReadOnlySpan<byte> HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
