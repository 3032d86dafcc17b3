using System.Text.Json.Serialization;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Policies;

/// <summary>
/// The rules for a run's tool calls: those of its task first, then those of the deployment, of which the mandatory ones hold whatever the task says; first
/// match wins. Then the default: what a call does stays in the sandbox, but for what it does to remote systems, which a person is asked about.
/// Rules are hints; the sandbox is the boundary.
/// </summary>
public sealed class Policy(IReadOnlyList<ToolRule> rules, PolicyDocument? deployment = null)
{
    private readonly PolicyDocument _deployment = deployment ?? PolicyDocument.Empty;

    /// <summary>Changes with the rules, so that a decision names what it was made under.</summary>
    public string Version { get; } = deployment is null || deployment.Version.Length == 0
        ? PolicyVersion.Of(rules) : $"{PolicyVersion.Of(rules)}+{deployment.Version}";

    /// <inheritdoc cref="Judge(PolicyCase)"/>
    public PolicyRuling Judge(string tool, string subject, EffectClass effect) => Judge(new PolicyCase(tool, subject, effect));

    /// <summary>What the rules say of a call.</summary>
    public PolicyRuling Judge(PolicyCase call)
    {
        PolicyRuling? ofTask = JudgeByTask(call);
        call = call with { Network = ofTask?.Network ?? [] };
        (PolicyRule Rule, Ruling Ruling)[] meant =
            [.. from rule in _deployment.Rules let ruling = rule.Judge(call) where ruling is not null select (rule, ruling.Value)];
        PolicyRuling usual = ofTask ?? (meant.Length > 0
            ? Of(meant[0].Rule, meant[0].Ruling)
            : new PolicyRuling(call.Effect == EffectClass.External ? Ruling.Ask : Ruling.Allow, "default", Version));

        // The strictest of those that hold whatever others say; of two as strict the first.
        (PolicyRule Rule, Ruling Ruling)[] mandatory = [.. meant.Where(one => one.Rule.IsMandatory).OrderByDescending(one => one.Ruling)];
        return mandatory is [var (holds, strictest), ..] && (strictest > usual.Ruling || (strictest == Ruling.Ask && usual.Ruling == Ruling.Ask))
            ? Of(holds, strictest) with { Network = usual.Network }
            : usual;

        PolicyRuling Of(PolicyRule rule, Ruling ruling) => new(ruling, $"policies.{rule.Id}", Version);
    }

    /// <summary>On which terms a person is asked about a call.</summary>
    /// <param name="rule">The rule that has it asked.</param>
    public AskTerms TermsOf(string rule)
    {
        PolicyRule? own = _deployment.Rules.FirstOrDefault(known => rule == $"policies.{known.Id}");
        AskTerms terms = own?.Terms ?? _deployment.Checkpoints.Tool;
        return own is { IsMandatory: true } ? terms with { AllowsAlways = false } : terms;
    }

    private PolicyRuling? JudgeByTask(PolicyCase call)
    {
        for (int index = 0; index < rules.Count; index++)
        {
            ToolRule rule = rules[index];
            if (Wildcard.IsMatch(rule.Tool, call.Tool) && CommandMatch.Judge(rule.Match, rule.Ruling, call.Tool, call.Subject) is { } ruling)
            {
                return new PolicyRuling(ruling, $"checkpoints.tools[{index}]", Version) { Network = rule.Network };
            }
        }

        return null;
    }
}

/// <summary>What a policy said of one call, by which rule, in which version.</summary>
public sealed record PolicyRuling(Ruling Ruling, string Rule, string PolicyVersion)
{
    /// <summary>Hosts that the rule opens for the call, as far as the deployment does; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Network { get; init; }

    /// <summary>The always-rule by which a call may run that would be asked about; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AlwaysRule { get; init; }

    /// <summary>Deny is stricter than ask, ask is stricter than allow.</summary>
    public bool IsStricterThan(Ruling other) => Ruling > other;
}
