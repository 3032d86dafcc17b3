using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Compactions;

/// <summary>What a run's orchestrator knows of its compactions.</summary>
public sealed record CompactionProgress
{
    /// <summary>Futile ones in a row after which a person is asked.</summary>
    public const int FutileLimit = 2;

    /// <summary>Refusals of one turn's conversation as too long after which the run fails: compacting is no help.</summary>
    public const int RefusalLimit = 3;

    /// <summary>The tokens of the conversation, if they are too many; null while nothing is to be compacted.</summary>
    public long? Tokens { get; init; }

    /// <summary>How often in a row the model refused the conversation as too long.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Refusals { get; init; }

    /// <summary>What the model said when it refused the conversation as too long; null once it answers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Refusal { get; init; }

    /// <summary>The newest compaction was not made, since the provider could not be asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WasPutOff { get; init; }

    /// <summary>Nothing was counted: <see cref="Tokens"/> is what the next request was estimated at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsEstimate { get; init; }

    /// <summary>Compactions so far, futile ones included.</summary>
    public int Count { get; init; }

    /// <summary>Those that ended the same way in a row: of no use.</summary>
    public int Futile { get; init; }

    /// <summary>The number of the compaction that comes next, from 1.</summary>
    [JsonIgnore]
    public int Next => Count + 1;

    /// <summary>The model refuses the conversation, however short it was made.</summary>
    [JsonIgnore]
    public bool IsHopeless => Refusals >= RefusalLimit;

    /// <summary>Trying on would be a loop: a person must say how the run goes on.</summary>
    [JsonIgnore]
    public bool IsStuck => Futile >= FutileLimit;

    /// <summary>After a turn: only an answer or a refusal asks for a compaction, so that two never follow each other.</summary>
    /// <param name="tokens">The tokens of the conversation, if they are too many.</param>
    /// <param name="isEstimate">Nobody counted them.</param>
    /// <param name="refusal">What the model said when it refused the conversation as too long; null if it didn't.</param>
    public CompactionProgress After(long? tokens, bool isEstimate, string? refusal) => this with
    {
        Tokens = tokens,
        IsEstimate = isEstimate && tokens is not null,
        Refusals = refusal is null ? 0 : Refusals + 1,
        Refusal = refusal,
    };

    public CompactionProgress After(CompactionOutcome outcome) => outcome switch
    {
        CompactionOutcome.Compacted => this with { Tokens = null, Count = Next, Futile = 0, WasPutOff = false },
        CompactionOutcome.Futile => this with { Tokens = null, Count = Next, Futile = Futile + 1, WasPutOff = false },
        CompactionOutcome.PutOff => this with { Tokens = null, Count = Next, WasPutOff = true },
        CompactionOutcome.NotDue => this with { Tokens = null },
        CompactionOutcome.IsUnaffordable or CompactionOutcome.Canceled => this,
    };

    /// <summary>A person has the run go on as it is.</summary>
    public CompactionProgress GoneOn() => this with { Futile = 0 };

    /// <summary>The run is taken up again: what was refused before is compacted first, and no refusal but the last counts.</summary>
    public CompactionProgress TakenUp() => this with { Refusals = Math.Min(Refusals, 1) };
}
