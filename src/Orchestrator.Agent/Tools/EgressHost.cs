namespace Orchestrator.Agent.Tools;

/// <summary>A host that commands may reach, as settings name it.</summary>
public sealed class EgressHost
{
    /// <summary>A host name, or <c>*.</c> and a name for all below it.</summary>
    public string Host { get; set; } = string.Empty;

    /// <summary>The ports; that of HTTPS if none is named.</summary>
    public IList<int> Ports { get; init; } = [];

    /// <summary>Also where the name stands for an address of this machine, its network or its cloud.</summary>
    public bool AllowPrivate { get; set; }
}
