using System.Text.Json.Serialization;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>One attempt to replace a run's older entries by a summary, as it is kept. The entries themselves stay in the transcript.</summary>
public sealed record Compaction
{
    public required string RunId { get; init; }

    /// <summary>Counts the run's compactions from 1, failed ones included.</summary>
    public required int Number { get; init; }

    /// <summary>The turn after which it was made.</summary>
    public required int Turn { get; init; }

    /// <summary>The number of the compaction that it was made from; null if it was made from the full transcript.</summary>
    public int? Basis { get; init; }

    public required CompactionState State { get; init; }

    /// <summary>What the model is shown in place of old entries; null unless it succeeded.</summary>
    public Replacement? Replacement { get; init; }

    /// <summary>What the provider counted of the conversation before, in tokens.</summary>
    public required long TokensCounted { get; init; }

    /// <summary>What the conversation took without it when it was undone, in tokens; null unless it was.</summary>
    public long? TokensUndone { get; init; }

    /// <summary>Tokens of a request before and after, estimated by the same measure.</summary>
    public long TokensBefore { get; init; }

    public long TokensAfter { get; init; }

    /// <summary>What the provider billed for the summary.</summary>
    public TokenUsage Usage { get; init; } = TokenUsage.None;

    /// <summary>Zero for a model without a known price.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>Answers to its question that were lost: with their process, or since they can't be read.</summary>
    public LostAttempts Lost { get; init; } = LostAttempts.None;

    /// <summary>What the summary cost, with what was lost on the way to it.</summary>
    [JsonIgnore]
    public decimal TotalUsd => CostUsd + Lost.CostUsd;

    /// <summary>The longest answer that it asks for, in tokens; null before it was asked for.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>How often it was asked for; more than once after a crash.</summary>
    public int Attempts { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public string? Failure { get; init; }

    /// <summary>It failed because the provider could not be asked, which says nothing of the compaction.</summary>
    public bool IsProviderFault { get; init; }

    /// <summary>It was tried and is of no use: trying it again at once would end the same way.</summary>
    [JsonIgnore]
    public bool IsFutile => State == CompactionState.Failed && !IsProviderFault;

    /// <summary>As in <c>210,000 tokens became 60,000 (71 % freed)</c>.</summary>
    [JsonIgnore]
    public string Saving => $"{TokensBefore:N0} tokens became {TokensAfter:N0} ({ShrinkGuard.PercentFreed(TokensBefore, TokensAfter)} % freed)";
}

/// <summary>What stands in place of old entries.</summary>
/// <param name="Through">The last turn whose entries are replaced; what people and the orchestrator said in them stays.</param>
/// <param name="Entries">How many entries are replaced.</param>
/// <param name="Pinned">The ledger that no summary may lose, word for word as the model is shown it.</param>
/// <param name="Summary">The summary: a text of ours, or an item of the provider's.</param>
public sealed record Replacement(int Through, int Entries, string Pinned, TranscriptEntry Summary);

/// <summary>Where a compaction stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CompactionState>))]
public enum CompactionState
{
    /// <summary>It is being made, or was when its process died.</summary>
    [JsonStringEnumMemberName("begun")]
    Begun,

    /// <summary>The next request shows the summary, unless a newer one does.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>A person had come back what it was made from.</summary>
    [JsonStringEnumMemberName("undone")]
    Undone,

    [JsonStringEnumMemberName("failed")]
    Failed,
}
