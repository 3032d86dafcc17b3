namespace Orchestrator.Agent.Tasks;

/// <summary>A tool of a server of this deployment, as it was listed when its run was admitted: what the model is told of it stays the same for the whole run.</summary>
/// <param name="Name">The name the model calls it by.</param>
/// <param name="Description">What it does, in the server's words.</param>
/// <param name="Parameters">JSON Schema of its arguments, as JSON text.</param>
/// <param name="Server">The server's name in the settings.</param>
/// <param name="Tool">What the server calls it.</param>
/// <param name="Class">What repeating a call could do.</param>
public sealed record ServerTool(string Name, string Description, string Parameters, string Server, string Tool, ServerToolClass Class);

/// <summary>What a call of a server's tool can do, by the operator's word.</summary>
public enum ServerToolClass
{
    /// <summary>It reads only.</summary>
    Pure,

    /// <summary>What it does stays in the workspace.</summary>
    Contained,

    /// <summary>It can reach the network.</summary>
    Egress,

    /// <summary>It acts on a remote system.</summary>
    External,
}
