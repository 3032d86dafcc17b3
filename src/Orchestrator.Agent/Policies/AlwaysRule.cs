using System.Text.Json.Serialization;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Policies;

/// <summary>What somebody allowed for later when they approved a call. Never for what acts on remote systems.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Scope">For which runs.</param>
/// <param name="Of">The run, the requester, or the tenant that it is for.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Prefix">The words with which every simple command must begin.</param>
public sealed record AlwaysRule(string Id, AlwaysScope Scope, string Of, string Tool, string Prefix)
{
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How many calls it lets run; null for any number.</summary>
    public int? MostUses { get; init; }

    public int Uses { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The approval at which it was made.</summary>
    public required string ApprovalId { get; init; }

    public string? RevokedBy { get; init; }

    public bool HoldsAt(DateTimeOffset now) => RevokedBy is null && now < ExpiresAt && !(Uses >= MostUses);

    /// <summary>Whether it lets a call run; whether it still holds is another question.</summary>
    public bool Means(PolicyCase call) => call.Tool == Tool && call.Effect != EffectClass.External && CommandMatch.AllBeginWith(Prefix, call.Tool, call.Subject);
}

/// <summary>The runs that an always-rule is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlwaysScope>))]
public enum AlwaysScope
{
    [JsonStringEnumMemberName("run")]
    Run,

    /// <summary>All runs of the same requester.</summary>
    [JsonStringEnumMemberName("requester")]
    Requester,

    /// <summary>All runs of the same tenant.</summary>
    [JsonStringEnumMemberName("tenant")]
    Tenant,
}

/// <summary>What somebody who approves a call wants to be allowed for later.</summary>
/// <param name="Scope">For which runs.</param>
/// <param name="Prefix">The words with which every simple command must begin.</param>
/// <param name="For">How long.</param>
/// <param name="MostUses">How many calls; null for any number.</param>
public sealed record AlwaysGrant(AlwaysScope Scope, string Prefix, TimeSpan For, int? MostUses)
{
    /// <summary>No always-rule lasts longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    private const int ShortestPrefix = 3;

    /// <returns>Why a call's approval can't grant it, in a sentence; null if it can.</returns>
    public string? FaultFor(string tool, EffectClass effect, string line, AskTerms terms) =>
        effect == EffectClass.External ? "What acts on remote systems is never allowed for later; approve it each time."
        : !terms.AllowsAlways ? "The policy wants this to be asked each time."
        : terms.Needed > 1 ? "What takes several people is asked each time."
        : For <= TimeSpan.Zero || For > Longest ? $"It must end within {Longest.TotalDays:0} days."
        : MostUses < 1 ? "It must be for at least one use."
        : Prefix.Trim().Length < ShortestPrefix ? $"The words that commands must begin with have at least {ShortestPrefix} characters."
        : !CommandMatch.AllBeginWith(Prefix, tool, line) ? $"The call does not begin with '{Prefix}', in every command of its line."
        : null;
}
