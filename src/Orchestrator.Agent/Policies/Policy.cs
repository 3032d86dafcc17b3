using System.Text.Json.Serialization;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Policies;

/// <summary>
/// The rules for a run's tool calls: first match wins, then the default: what a call does stays in the sandbox, but for what it does to remote
/// systems, which a person is asked about. Ask and deny rules match the whole text or any simple
/// command in it; an allow rule must match every simple command of a line that could be read, else the call asks.
/// Rules are hints; the sandbox is the boundary.
/// </summary>
public sealed class Policy(IReadOnlyList<ToolRule> rules)
{
    /// <summary>Changes with the rules, so that a decision names what it was made under.</summary>
    public string Version { get; } = PolicyVersion.Of(rules);

    /// <summary>What the rules say of a call.</summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="subject">What the call does, in the words a rule matches: a command line, or a path, or a server's tool's arguments.</param>
    /// <param name="effect">What repeating it could do.</param>
    public PolicyRuling Judge(string tool, string subject, EffectClass effect)
    {
        for (int index = 0; index < rules.Count; index++)
        {
            ToolRule rule = rules[index];
            if (!Wildcard.IsMatch(rule.Tool, tool))
            {
                continue;
            }

            string id = $"checkpoints.tools[{index}]";
            IReadOnlyList<string>? commands = tool.StartsWith(ToolNames.ServedPrefix, StringComparison.Ordinal) ? [subject] : ShellCommands.Split(subject);
            bool matchesAny = rule.Match is null
                || Wildcard.IsMatch(rule.Match, subject)
                || (commands ?? ShellCommands.Fragments(subject)).SelectMany(CommandForms.Of).Any(command => Wildcard.IsMatch(rule.Match, command));
            if (!matchesAny)
            {
                continue;
            }

            bool matchesAll = rule.Match is null || (commands is not null && commands.All(command => Wildcard.IsMatch(rule.Match, command)));
            return new PolicyRuling(rule.Ruling == Ruling.Allow && !matchesAll ? Ruling.Ask : rule.Ruling, id, Version) { Network = rule.Network };
        }

        return new PolicyRuling(effect == EffectClass.External ? Ruling.Ask : Ruling.Allow, "default", Version);
    }
}

/// <summary>What a policy said of one call, by which rule, in which version.</summary>
public sealed record PolicyRuling(Ruling Ruling, string Rule, string PolicyVersion)
{
    /// <summary>Hosts that the rule opens for the call, as far as the deployment does; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Network { get; init; }

    /// <summary>Deny is stricter than ask, ask is stricter than allow.</summary>
    public bool IsStricterThan(Ruling other) => Ruling > other;
}
