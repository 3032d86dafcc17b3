using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tools;

/// <summary>The tools of this deployment and of its servers, in the fixed order in which every model is told of them.</summary>
public sealed class Toolbox(IEnumerable<ITool> tools, IEnumerable<IToolServers> servers)
{
    /// <summary>Characters of the definitions of all servers' tools, which every request carries.</summary>
    private const int MostServed = 128 * 1024;

    private readonly ITool[] _tools = [.. tools];
    private readonly IToolServers? _servers = servers.SingleOrDefault();

    /// <summary>What a run is offered: all that its task asks for, or all but those that start sub-agents.</summary>
    /// <param name="task">What the run is to do.</param>
    /// <param name="delegates">Whether the run may have sub-agents.</param>
    /// <param name="served">The servers' tools that the run was admitted with.</param>
    public IReadOnlyList<ToolDefinition> Definitions(AgentTask task, bool delegates, IReadOnlyList<ServerTool> served) =>
    [
        .. _tools.Select(tool => tool.OfferTo(task)).OfType<ToolDefinition>().Where(tool => delegates || tool.Effect != EffectClass.Delegates)
            .Concat(served.Select(DefinitionOf)).OrderBy(tool => tool.Name, StringComparer.Ordinal),
    ];

    /// <param name="name">The name that the model calls it by.</param>
    /// <param name="served">The servers' tools that the run was admitted with.</param>
    public ITool? Find(string name, IReadOnlyList<ServerTool> served) =>
        served.FirstOrDefault(tool => tool.Name == name) is { } tool ? _servers?.Open(tool) : _tools.FirstOrDefault(own => own.Definition.Name == name);

    /// <summary>Asks the servers for their tools.</summary>
    /// <param name="wanted">The servers that a task names; null for all there are.</param>
    /// <exception cref="TaskFileException">The task names one that there isn't.</exception>
    /// <exception cref="EnvironmentException">One can't be asked, or they have too many.</exception>
    public async Task<IReadOnlyList<ServerTool>> ListServedAsync(IReadOnlyList<string>? wanted, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> known = _servers?.Names ?? [];
        if (wanted?.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw new TaskFileException(
                $"mcp: there is no server '{unknown}'; settings.json of the data folder has {(known.Count == 0 ? "none" : string.Join(", ", known))}.");
        }

        List<ServerTool> served = [];
        foreach (string server in known.Where(name => wanted?.Contains(name) != false))
        {
            served.AddRange(await _servers!.ListAsync(server, cancellationToken));
        }

        int length = served.Sum(tool => tool.Description.Length + tool.Parameters.Length);
        return length <= MostServed ? served : throw new EnvironmentException(
            $"The {served.Count} tools of {string.Join(", ", known)} take {length:N0} characters, which is more than the {MostServed:N0} that requests may carry; "
            + "name those that are needed under Tools of each server in settings.json, or the servers under 'mcp' in the task.");
    }

    public static ToolDefinition DefinitionOf(ServerTool tool) => new(tool.Name, tool.Description, tool.Parameters, tool.Class switch
    {
        ServerToolClass.Pure => EffectClass.Pure,
        ServerToolClass.Contained => EffectClass.Contained,
        ServerToolClass.Egress => EffectClass.Egress,
        ServerToolClass.External => EffectClass.External,
        _ => throw new ArgumentOutOfRangeException(nameof(tool), tool.Class, "There is no such class."),
    });
}
