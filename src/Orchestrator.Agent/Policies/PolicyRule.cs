using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Policies;

/// <summary>A deployment's rule over calls. What it doesn't say, it doesn't mind; all that it says must be so.</summary>
/// <param name="Id">What people call it by.</param>
/// <param name="Ruling">What it says.</param>
public sealed record PolicyRule(string Id, Ruling Ruling)
{
    /// <summary>A pattern over the tool's name.</summary>
    public string Tool { get; init; } = "*";

    /// <summary>A pattern over what the call does, as those of tasks are.</summary>
    public string? Match { get; init; }

    /// <summary>Patterns of files, of which the call changes one.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Whether the call can reach a network; null for either.</summary>
    public bool? Network { get; init; }

    /// <summary>Classes of effects, of which the call's is one; empty for any.</summary>
    public IReadOnlyList<EffectClass> Classes { get; init; } = [];

    /// <summary>The run has fewer dollars left than this; a run without a limit has not.</summary>
    public decimal? LeftBelowUsd { get; init; }

    /// <summary>The call asks for more dollars than this, for sub-agents.</summary>
    public decimal? AskedAboveUsd { get; init; }

    /// <summary>A task may be stricter, and not laxer.</summary>
    public bool IsMandatory { get; init; }

    /// <summary>On which terms it has people asked; null for those of all questions.</summary>
    public AskTerms? Terms { get; init; }

    /// <summary>What the rule says of a call; null if it isn't about it.</summary>
    public Ruling? Judge(PolicyCase call)
    {
        bool isMeant = Wildcard.IsMatch(Tool, call.Tool)
            && (Classes.Count == 0 || Classes.Contains(call.Effect))
            && (Network is null || Network == call.ReachesNetwork)
            && (LeftBelowUsd is null || call.LeftUsd < LeftBelowUsd)
            && (AskedAboveUsd is null || call.AskedUsd > AskedAboveUsd)
            && (Paths.Count == 0 || call.Paths.Any(new PathScope(Paths, []).Allows));
        return isMeant ? CommandMatch.Judge(Match, Ruling, call.Tool, call.Subject) : null;
    }
}
