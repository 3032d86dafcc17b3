namespace Orchestrator.Agent.Models;

/// <summary>What is known of a model before it is asked.</summary>
public sealed record ModelDescription
{
    /// <summary>What requests name it by; for a scripted model <c>scripted:</c> and the script's absolute path.</summary>
    public required string Id { get; init; }

    /// <summary>The provider's name, as in <c>openai</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>How it is spoken to.</summary>
    public required Dialect Dialect { get; init; }

    /// <summary>What its answers are known by in a transcript.</summary>
    public Origin Origin => new(Dialect, Id);

    /// <summary>Why this model was chosen, in words for the person who reads the run.</summary>
    public required string Reason { get; init; }

    /// <summary>Tokens that fit in one request, answer included.</summary>
    public required int ContextWindow { get; init; }

    /// <summary>The longest answer that it gives, in tokens; null if nobody said.</summary>
    public int? AnswerLimit { get; init; }

    /// <summary>The longest answer that it is asked for, in tokens: never more than half of its window, so that a conversation has room.</summary>
    public int LongestAnswer => Math.Min(Math.Min(ModelRequest.LongestAnswer, AnswerLimit ?? int.MaxValue), ContextWindow / 2);

    /// <summary>The tokens of a conversation from which on its endpoint has a compaction of its own; null if it has none.</summary>
    public long? CompactsFrom { get; init; }

    /// <summary>Its endpoint works in the background when it is asked to.</summary>
    public bool TakesBackground { get; init; }

    /// <summary>It thinks for so long that it is better asked in the background.</summary>
    public bool ThinksLong { get; init; }

    /// <summary>Prices per million tokens; null for a model without a known price, which then refuses a dollar budget.</summary>
    public ModelPrices? Prices { get; init; }
}

/// <summary>
/// Dollars per million tokens. Above <see cref="LongContextFrom"/> input tokens the whole request is billed at the long-context
/// factors (twice the input, one and a half times the output, where a provider has such a rule).
/// </summary>
public sealed record ModelPrices
{
    /// <summary>The day on which the prices were taken down, as in <c>2026-08-01</c>.</summary>
    public required string AsOf { get; init; }

    public required decimal Input { get; init; }

    public required decimal CachedInput { get; init; }

    /// <summary>Input that is written to the provider's cache; null where that costs what other input does.</summary>
    public decimal? CacheWrite { get; init; }

    public required decimal Output { get; init; }

    public long? LongContextFrom { get; init; }

    public decimal LongContextInputFactor { get; init; } = 1;

    public decimal LongContextOutputFactor { get; init; } = 1;

    /// <summary>What an answer on the slow tiers (flex, batch) costs of the price.</summary>
    public decimal FlexFactor { get; init; } = 1;

    /// <summary>How many times the price an answer on the fast tiers (priority, fast) costs.</summary>
    public decimal PriorityFactor { get; init; } = 1;

    /// <summary>The provider is asked for its usual tier; else an answer may be billed at any.</summary>
    public bool IsTierAskedFor { get; init; }

    /// <summary>What an answer costs in dollars.</summary>
    /// <param name="usage">Its tokens.</param>
    /// <param name="tier">The tier that the provider says it bills; null where it says nothing.</param>
    public decimal CostOf(TokenUsage usage, string? tier = null)
    {
        bool isLong = LongContextFrom is { } from && usage.InputTokens > from;
        decimal inputFactor = isLong ? LongContextInputFactor : 1;
        decimal outputFactor = isLong ? LongContextOutputFactor : 1;
        long plain = usage.InputTokens - usage.CachedInputTokens - usage.CacheWriteTokens;
        decimal input = (plain * Input) + (usage.CachedInputTokens * CachedInput) + (usage.CacheWriteTokens * (CacheWrite ?? Input));
        decimal output = usage.OutputTokens * Output;
        return ((input * inputFactor) + (output * outputFactor)) * FactorOf(tier) / 1_000_000m;
    }

    /// <summary>
    /// What an answer of so many tokens costs at most, in dollars: none of its input is cached, all of it goes to the cache, on the
    /// dearest tier that it may be billed at.
    /// </summary>
    public decimal MostCostOf(long inputTokens, long outputTokens) => DearestFactor * Math.Max(
        CostOf(new TokenUsage(inputTokens, 0, outputTokens)),
        CostOf(new TokenUsage(inputTokens, 0, outputTokens, CacheWriteTokens: inputTokens)));

    private decimal DearestFactor => IsTierAskedFor ? 1 : Math.Max(1, Math.Max(FlexFactor, PriorityFactor));

    private decimal FactorOf(string? tier) => tier switch
    {
        "flex" or "batch" => FlexFactor,
        "priority" or "fast" or "ultrafast" => PriorityFactor,
        _ => 1,
    };
}
