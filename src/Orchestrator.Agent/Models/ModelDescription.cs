namespace Orchestrator.Agent.Models;

/// <summary>What is known of a model before it is asked.</summary>
public sealed record ModelDescription
{
    /// <summary>What requests name it by; for a scripted model <c>scripted:</c> and the script's absolute path.</summary>
    public required string Id { get; init; }

    /// <summary>The provider's name, as in <c>openai</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>Why this model was chosen, in words for the person who reads the run.</summary>
    public required string Reason { get; init; }

    /// <summary>Tokens that fit in one request, answer included.</summary>
    public required int ContextWindow { get; init; }

    /// <summary>Its endpoint has a compaction of its own.</summary>
    public bool CompactsItself { get; init; }

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

    public required decimal Output { get; init; }

    public long? LongContextFrom { get; init; }

    public decimal LongContextInputFactor { get; init; } = 1;

    public decimal LongContextOutputFactor { get; init; } = 1;

    /// <summary>What an answer costs in dollars.</summary>
    public decimal CostOf(TokenUsage usage)
    {
        bool isLong = LongContextFrom is { } from && usage.InputTokens > from;
        decimal inputFactor = isLong ? LongContextInputFactor : 1;
        decimal outputFactor = isLong ? LongContextOutputFactor : 1;
        decimal input = (((usage.InputTokens - usage.CachedInputTokens) * Input) + (usage.CachedInputTokens * CachedInput)) * inputFactor;
        decimal output = usage.OutputTokens * Output * outputFactor;
        return (input + output) / 1_000_000m;
    }
}
