namespace Orchestrator.Supervisor.Egress;

/// <summary>Hosts that a command may reach, and on which ports.</summary>
/// <param name="Host">A host name in lower case, or <c>*.</c> and a name for all below it.</param>
/// <param name="Ports">The ports.</param>
/// <param name="AllowPrivate">Also where the name stands for an address that isn't public.</param>
internal sealed record EgressRule(string Host, IReadOnlyList<int> Ports, bool AllowPrivate)
{
    /// <param name="host">A normalised name, see <see cref="HostName"/>.</param>
    public bool Matches(string host) =>
        Host.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(Host[1..], StringComparison.Ordinal) && host.Length > Host.Length - 1 : host == Host;
}
