using System.Text.Json.Serialization;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>What history keeps of a model's answer: outcome, counters and judged calls; texts and arguments stay in the run database.</summary>
public sealed record ModelTurn
{
    public required AskOutcome Outcome { get; init; }

    public IReadOnlyList<JudgedCall> Calls { get; init; } = [];

    public decimal CostUsd { get; init; }

    /// <summary>The tokens of the conversation, if they are so many that it is to be compacted before the next turn; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TokensToCompact { get; init; }

    /// <summary>What asking may cost, if that is more than was left; else null.</summary>
    public decimal? NeededUsd { get; init; }

    /// <summary>The account that doesn't pay for asking, if one doesn't; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AccountShortage? Shortage { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>Why the model could not be asked; null unless the outcome says so.</summary>
    public string? Failure { get; init; }

    /// <summary>The provider could not be asked now; nothing says that the same request can't be answered later.</summary>
    public bool IsProviderFault { get; init; }

    /// <summary>How long to wait before it is asked again; zero unless the outcome says so.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The provider works on the answer in the background: it is put off to be fetched, which is no wait that the provider asks for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsUnderway { get; init; }

    /// <summary>The model may not be asked: the run is paused, or the kill switch is on. The wait is for people, and has no end of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsHeld { get; init; }

    /// <summary>Attempts of this turn that failed so far; one that the provider put off is none of them.</summary>
    public int SpentAttempts { get; init; }
}

/// <summary>How asking the model ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AskOutcome>))]
public enum AskOutcome
{
    /// <summary>It asks for tool calls.</summary>
    CallsTools,

    /// <summary>It claims that the task is done.</summary>
    Submits,

    /// <summary>Its answer was cut at the output limit; it is asked to go on.</summary>
    WasCut,

    /// <summary>The run was canceled before the model was asked.</summary>
    Canceled,

    /// <summary>It was not asked: what is left of the budget doesn't pay for a useful answer.</summary>
    IsUnaffordable,

    /// <summary>The provider asks to come back later than an activity may wait.</summary>
    IsPutOff,

    /// <summary>The conversation is too long for the model: it is to be compacted, and the model asked again.</summary>
    IsTooLong,

    /// <summary>The model could not be asked, and another one takes over: it is to be asked.</summary>
    IsTakenOver,

    /// <summary>No answer could be had.</summary>
    Failed,

    /// <summary>No answer could be had, for want of a key, an endpoint or a known model: the environment's fault.</summary>
    Unavailable,
}

/// <summary>A tool call with what the policy says of it.</summary>
/// <param name="Call">The call's place in its turn, from 1.</param>
/// <param name="CallId">The provider's id.</param>
/// <param name="Tool">The tool's name.</param>
/// <param name="Effect">What repeating it could do; null for a tool that doesn't exist.</param>
/// <param name="Ruling">What the policy says.</param>
/// <param name="Rule">The rule that said it.</param>
/// <param name="PolicyVersion">The policy it was judged by.</param>
public sealed record JudgedCall(
    int Call, string CallId, string Tool, EffectClass? Effect, Ruling Ruling, string Rule, string PolicyVersion)
{
    /// <summary>Hosts that the rule opens for the call, as far as the deployment does; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Network { get; init; }

    /// <summary>The approval in which a person edited the call; null if nobody did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Edit { get; init; }

    public JudgedCall JudgedAgain(PolicyRuling ruling) =>
        this with { Ruling = ruling.Ruling, Rule = ruling.Rule, PolicyVersion = ruling.PolicyVersion, Network = ruling.Network };
}
