namespace Orchestrator.Agent.Tools;

/// <summary>Hosts that one command may reach.</summary>
/// <param name="Host">A host name, or <c>*.</c> and a name for all below it.</param>
/// <param name="Ports">The ports.</param>
/// <param name="AllowPrivate">Also where the name stands for an address that isn't public.</param>
public sealed record EgressGrant(string Host, IReadOnlyList<int> Ports, bool AllowPrivate)
{
    private const int Https = 443;

    public override string ToString() => $"{Host}{(Ports is [Https] ? string.Empty : $":{string.Join('+', Ports)}")}{(AllowPrivate ? " (private addresses)" : string.Empty)}";
}
