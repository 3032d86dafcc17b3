using System.Text.Json.Serialization;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Runs;

/// <summary>What a run may spend and has spent.</summary>
public sealed record Budget
{
    /// <summary>What the task grants, and by how much an approved raise raises it.</summary>
    public required BudgetTerms Terms { get; init; }

    public decimal? UsdLimit { get; init; }

    public required int TurnLimit { get; init; }

    public required TimeSpan WorkLimit { get; init; }

    public decimal SpentUsd { get; init; }

    public int SpentTurns { get; init; }

    /// <summary>Time at work; waits for people and downtime don't count.</summary>
    public TimeSpan SpentWork { get; init; }

    /// <summary>The limit that has been reached, if any.</summary>
    [JsonIgnore]
    public Limit? SpentLimit =>
        UsdLimit is { } usd && SpentUsd >= usd ? Limit.Usd
        : SpentTurns >= TurnLimit ? Limit.Turns
        : SpentWork >= WorkLimit ? Limit.WallClock
        : null;

    /// <param name="terms">What the task says.</param>
    /// <param name="isPriced">Whether the model has a known price; without one there is no dollar limit.</param>
    public static Budget Of(BudgetTerms terms, bool isPriced) => new()
    {
        Terms = terms,
        UsdLimit = terms.Usd ?? (isPriced ? BudgetTerms.DefaultUsd : null),
        TurnLimit = terms.Turns,
        WorkLimit = terms.WallClock,
    };

    public Budget Spent(decimal usd, int turns, TimeSpan work) => this with
    {
        SpentUsd = SpentUsd + usd,
        SpentTurns = SpentTurns + turns,
        SpentWork = SpentWork + work,
    };

    /// <summary>Grants once more what the task granted of the limit that was reached, on top of what has been spent.</summary>
    public Budget Raised(Limit limit) => limit switch
    {
        Limit.Usd => this with { UsdLimit = Math.Max(UsdLimit ?? 0, SpentUsd) + (Terms.Usd ?? BudgetTerms.DefaultUsd) },
        Limit.Turns => this with { TurnLimit = Math.Max(TurnLimit, SpentTurns) + Terms.Turns },
        Limit.WallClock => this with { WorkLimit = (WorkLimit > SpentWork ? WorkLimit : SpentWork) + Terms.WallClock },
    };

    public static string InWords(Limit limit) => limit switch
    {
        Limit.Usd => "dollars",
        Limit.Turns => "turns",
        Limit.WallClock => "time at work",
    };

    /// <summary>The limit in words for a person, with what is spent of it.</summary>
    public string Describe(Limit limit) => limit switch
    {
        Limit.Usd => $"${SpentUsd:0.00##} of ${UsdLimit:0.00##} spent",
        Limit.Turns => $"{SpentTurns} of {TurnLimit} turns taken",
        Limit.WallClock => $"{Hours.Of(SpentWork)} of {Hours.Of(WorkLimit)} at work",
    };
}

/// <summary>What a run can run out of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Limit>))]
public enum Limit
{
    Usd,
    Turns,
    WallClock,
}
