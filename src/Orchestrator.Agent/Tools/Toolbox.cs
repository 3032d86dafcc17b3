using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tools;

/// <summary>The tools of this deployment, in the fixed order in which every model is told of them.</summary>
public sealed class Toolbox(IEnumerable<ITool> tools)
{
    private readonly ITool[] _tools = [.. tools.OrderBy(tool => tool.Definition.Name, StringComparer.Ordinal)];

    /// <summary>What a run is offered: all that its task asks for, or all but those that start sub-agents.</summary>
    /// <param name="task">What the run is to do.</param>
    /// <param name="delegates">Whether the run may have sub-agents.</param>
    public IReadOnlyList<ToolDefinition> Definitions(AgentTask task, bool delegates) =>
        [.. _tools.Select(tool => tool.OfferTo(task)).OfType<ToolDefinition>().Where(tool => delegates || tool.Effect != EffectClass.Delegates)];

    public ITool? Find(string name) => _tools.FirstOrDefault(tool => tool.Definition.Name == name);
}
