using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tools;

/// <summary>The deployment's servers of tools: programs and services of others, whose tools are found out when a run is admitted.</summary>
public interface IToolServers
{
    /// <summary>The names of those that are set up, in order.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Where it is, or runs, in words.</summary>
    string Describe(string server);

    /// <summary>Asks a server for the tools that the operator lets runs use, in the order of their names.</summary>
    /// <exception cref="EnvironmentException">It can't be started or asked; the message says what it said.</exception>
    Task<IReadOnlyList<ServerTool>> ListAsync(string server, CancellationToken cancellationToken);

    /// <summary>The tool as one that can be run; a call of one that the server no longer has is an error for the model.</summary>
    ITool Open(ServerTool tool);
}
