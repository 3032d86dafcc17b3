namespace Orchestrator.Agent.Tools;

/// <summary>The tools of this deployment, in the fixed order in which every model is told of them.</summary>
public sealed class Toolbox(IEnumerable<ITool> tools)
{
    private readonly ITool[] _tools = [.. tools.OrderBy(tool => tool.Definition.Name, StringComparer.Ordinal)];

    public IReadOnlyList<ToolDefinition> Definitions => [.. _tools.Select(tool => tool.Definition)];

    public ITool? Find(string name) => _tools.FirstOrDefault(tool => tool.Definition.Name == name);
}
