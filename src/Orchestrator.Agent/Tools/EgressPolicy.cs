using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tools;

/// <summary>What of the network the deployment opens, and what is left of it where a task names hosts.</summary>
public sealed class EgressPolicy(IOptions<EgressOptions> options)
{
    private const int Https = 443;

    /// <summary>All that any command may reach: what a setup may.</summary>
    public IReadOnlyList<EgressGrant> All { get; } =
        [.. options.Value.Allow.Select(host => new EgressGrant(host.Host, [.. host.Ports.DefaultIfEmpty(Https).Distinct().Order()], host.AllowPrivate))];

    /// <summary>What of these hosts the deployment opens; none if it opens none of them.</summary>
    public IReadOnlyList<EgressGrant> Of(IReadOnlyList<string> hosts) =>
    [
        .. from host in hosts
           from grant in All
           let common = HostPattern.Common(grant.Host, host)
           where common is not null
           select grant with { Host = common },
    ];

    /// <summary>Of these hosts those that the deployment opens nothing of.</summary>
    public IReadOnlyList<string> ClosedOf(IReadOnlyList<string> hosts) => [.. hosts.Where(host => Of([host]).Count == 0)];

    /// <summary>What a person is told of a call for which a rule opens hosts; empty where none does.</summary>
    public string InWords(IReadOnlyList<string>? hosts) => hosts is null or [] ? string.Empty
        : Describe(Of(hosts)) is { } open ? $"network: {open}"
        : $"no network: Egress:Allow in settings.json opens none of {string.Join(", ", hosts)}";

    /// <summary>Names what a command may reach, as it is shown and as a decision is bound to it; null for nothing.</summary>
    public static string? Describe(IReadOnlyList<EgressGrant> grants) => grants.Count == 0 ? null : string.Join(", ", grants);
}
