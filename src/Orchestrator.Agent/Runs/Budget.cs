using System.Text.Json.Serialization;
using Orchestrator.Agent.Accounts;
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

    /// <summary>What the next request may cost, where that is more than what is left; null where the rest pays for it.</summary>
    public decimal? NeededUsd { get; init; }

    /// <summary>The account of the requester or of a team that doesn't pay for the next request; null where all do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AccountShortage? Shortage { get; init; }

    /// <summary>The share of the dollars, in per cent, whose spending was told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ToldShare { get; init; }

    public int SpentTurns { get; init; }

    /// <summary>Time at work; waits for people and downtime don't count.</summary>
    public TimeSpan SpentWork { get; init; }

    /// <summary>Dollars that are left; null without a limit.</summary>
    [JsonIgnore]
    public decimal? LeftUsd => UsdLimit - SpentUsd;

    /// <summary>What of the dollars is spent; null without a limit.</summary>
    [JsonIgnore]
    public SpentShare? Share => UsdLimit is { } limit ? new SpentShare(limit, SpentUsd, ToldShare) : null;

    /// <summary>The limit that has been reached, if any.</summary>
    [JsonIgnore]
    public Limit? SpentLimit =>
        LeftUsd <= 0 || NeededUsd is not null ? Limit.Usd
        : SpentTurns >= TurnLimit ? Limit.Turns
        : SpentWork >= WorkLimit ? Limit.WallClock
        : Shortage is not null ? Limit.Account
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

    /// <summary>
    /// Grants once more what the task granted of the limit that was reached, on top of what has been spent; dollars as often as the
    /// next request needs.
    /// </summary>
    public Budget Raised(Limit limit) => limit switch
    {
        Limit.Usd => (this with { UsdLimit = RaisedUsd(), NeededUsd = null }).Told(),
        Limit.Turns => this with { TurnLimit = Math.Max(TurnLimit, SpentTurns) + Terms.Turns },
        Limit.Account => this with { Shortage = null },
        Limit.WallClock => this with { WorkLimit = (WorkLimit > SpentWork ? WorkLimit : SpentWork) + Terms.WallClock },
    };

    /// <summary>After a turn, which told what there was to tell.</summary>
    public Budget Told() => this with { ToldShare = Share?.Percent ?? 0 };

    public string InWords(Limit limit) => limit switch
    {
        Limit.Usd => "dollars",
        Limit.Turns => "turns",
        Limit.WallClock => "time at work",
        Limit.Account => $"the {Shortage?.Account}",
    };

    /// <summary>The limit in words for a person, with what is spent of it.</summary>
    public string Describe(Limit limit) => limit switch
    {
        Limit.Usd => $"{Dollars.Of(SpentUsd)} of {Dollars.Of(UsdLimit ?? 0)} spent{(NeededUsd is { } needed ? $", and the next request may cost {Dollars.Of(needed)}" : string.Empty)}",
        Limit.Turns => $"{SpentTurns} of {TurnLimit} turns taken",
        Limit.WallClock => $"{Hours.InWords(SpentWork)} of {Hours.InWords(WorkLimit)} at work",
        Limit.Account => Shortage is not { } account ? string.Empty
            : $"the {account.Account} has {Dollars.Of(account.LeftUsd)} left of {Dollars.Of(account.LimitUsd)} for {account.Period}, and the next request may cost {Dollars.Of(account.NeededUsd)}",
    };

    /// <summary>What a raise of the limit would grant, in words for a person.</summary>
    public string DescribeRaise(Limit limit) => limit == Limit.Account && Shortage is { } account
        ? $"approving grants it {Dollars.Of(account.RaiseUsd())} more for {account.Period}"
        : $"approving raises it: {Raised(limit).Describe(limit)}";

    private decimal RaisedUsd()
    {
        decimal granted = Terms.Usd ?? BudgetTerms.DefaultUsd;
        decimal from = Math.Max(UsdLimit ?? 0, SpentUsd);
        decimal missing = SpentUsd + (NeededUsd ?? 0) - from;
        return from + (granted * Math.Max(1, decimal.Ceiling(missing / granted)));
    }
}

/// <summary>What a run can run out of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Limit>))]
public enum Limit
{
    Usd,
    Turns,
    WallClock,

    /// <summary>What the requester, or a team, may spend with all runs together.</summary>
    Account,
}
