using Orchestrator.Agent.Tasks;

namespace Orchestrator.Tools.Mcp;

/// <summary>A server: a program that is spoken to over its standard input and output, or a service at an address.</summary>
public sealed class McpServerOptions
{
    /// <summary>What stands for all tools that <see cref="Classes"/> doesn't name.</summary>
    public const string OtherTools = "*";

    /// <summary>The program and its arguments; it is started for each run, in the sandbox.</summary>
    public List<string> Command { get; set; } = [];

    /// <summary>Names of environment variables that the program is given.</summary>
    public List<string> Environment { get; set; } = [];

    /// <summary>The program runs on the machine itself, as this user, with the network: no wall is around it.</summary>
    public bool Outside { get; set; }

    /// <summary>The address of a service, for streamable HTTP.</summary>
    public Uri? Url { get; set; }

    /// <summary>The environment variable with the key that is sent to the service, as a bearer token.</summary>
    public string? KeyEnv { get; set; }

    /// <summary>The tools that runs may use, as the server calls them; empty for all.</summary>
    public List<string> Tools { get; set; } = [];

    /// <summary>What calls can do, by the tool's name, or <c>*</c> for the others.</summary>
    public Dictionary<string, ServerToolClass> Classes { get; set; } = [];

    /// <summary>The longest one call may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>What a call of the tool can do: what the operator says, else what is certain.</summary>
    internal ServerToolClass ClassOf(string tool) =>
        Classes.TryGetValue(tool, out ServerToolClass own) || Classes.TryGetValue(OtherTools, out own) ? own
        : Url is null && !Outside ? ServerToolClass.Contained
        : ServerToolClass.External;
}
