using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Compactions;

/// <summary>What a run's orchestrator knows of its compactions.</summary>
public sealed record CompactionProgress
{
    /// <summary>Futile ones in a row after which a person is asked.</summary>
    public const int FutileLimit = 2;

    /// <summary>The tokens of the conversation, if the newest answer found them too many; null while nothing is to be compacted.</summary>
    public long? Tokens { get; init; }

    /// <summary>Compactions so far, futile ones included.</summary>
    public int Count { get; init; }

    /// <summary>Those that ended the same way in a row: of no use.</summary>
    public int Futile { get; init; }

    /// <summary>The number of the compaction that comes next, from 1.</summary>
    [JsonIgnore]
    public int Next => Count + 1;

    /// <summary>Trying on would be a loop: a person must say how the run goes on.</summary>
    [JsonIgnore]
    public bool IsStuck => Futile >= FutileLimit;

    /// <summary>After a turn: only a new answer asks for a compaction, so that two never follow each other.</summary>
    public CompactionProgress After(long? tokens) => this with { Tokens = tokens };

    public CompactionProgress After(CompactionOutcome outcome) => outcome switch
    {
        CompactionOutcome.Compacted => this with { Tokens = null, Count = Next, Futile = 0 },
        CompactionOutcome.Futile => this with { Tokens = null, Count = Next, Futile = Futile + 1 },
        CompactionOutcome.PutOff => this with { Tokens = null, Count = Next },
        CompactionOutcome.NotDue => this with { Tokens = null },
        CompactionOutcome.IsUnaffordable or CompactionOutcome.Canceled => this,
    };

    /// <summary>A person has the run go on as it is.</summary>
    public CompactionProgress GoneOn() => this with { Futile = 0 };
}
