using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tools;

/// <summary>What commands may reach through the network at all; a task opens a part of it.</summary>
public sealed class EgressOptions
{
    public const string Section = "Egress";

    /// <summary>The hosts; none unless the operator names some.</summary>
    public IList<EgressHost> Allow { get; init; } = [];
}

internal sealed class EgressOptionsValidator : IValidateOptions<EgressOptions>
{
    public ValidateOptionsResult Validate(string? name, EgressOptions options)
    {
        string[] faults = [.. options.Allow.SelectMany((host, index) => Faults(host, $"{EgressOptions.Section}:Allow:{index}"))];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(EgressHost host, string place)
    {
        if (HostPattern.FaultOf(host.Host) is { } fault)
        {
            yield return $"{place}:Host in settings.json: '{host.Host}' {fault}.";
        }

        foreach (int port in host.Ports.Where(port => port is <= 0 or > ushort.MaxValue))
        {
            yield return $"{place}:Ports in settings.json: {port} is no port.";
        }
    }
}
