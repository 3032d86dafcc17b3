using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Supervisor.Egress;

/// <summary>Decides whether a command may reach a host, and which addresses that is: what is connected to is what was looked at.</summary>
internal sealed class EgressGate(IReadOnlyList<EgressRule> rules, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task<EgressRuling> JudgeAsync(string text, int port, CancellationToken cancellationToken)
    {
        if (text.Contains('@', StringComparison.Ordinal))
        {
            return new EgressRuling.Refused("it holds a user name");
        }

        if (!HostName.TryNormalize(text, out string? host, out string? fault))
        {
            return new EgressRuling.Refused(fault);
        }

        EgressRule[] ofHost = [.. rules.Where(rule => rule.Matches(host))];
        if (ofHost.Length == 0)
        {
            return new EgressRuling.Refused("not among the hosts of Egress:Allow in settings.json, as far as the task opens them");
        }

        EgressRule[] matching = [.. ofHost.Where(rule => rule.Ports.Contains(port))];
        if (matching.Length == 0)
        {
            return new EgressRuling.Refused($"of this host Egress:Allow in settings.json opens only port {string.Join(", ", ofHost.SelectMany(rule => rule.Ports).Distinct().Order())}");
        }

        IPAddress[] addresses = await ResolveAsync(host, cancellationToken);
        bool mayBePrivate = matching.Any(rule => rule.AllowPrivate);
        IPAddress[] allowed = [.. addresses.Where(address => !PublicAddress.IsNowhere(address) && (mayBePrivate || PublicAddress.Is(address)))];
        return addresses.Length == 0 ? new EgressRuling.Unresolved()
            : allowed.Length == 0 ? new EgressRuling.Refused($"it stands for {addresses[0]}, which is no public address (AllowPrivate of Egress:Allow opens that)")
            : new EgressRuling.Allowed(host, allowed);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await resolve(host, stop.Token);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ArgumentException)
        {
            return [];
        }
    }
}

/// <summary>What a gate says of a host.</summary>
internal abstract record EgressRuling
{
    private EgressRuling()
    {
    }

    /// <param name="Host">The name, normalised.</param>
    /// <param name="Addresses">The only addresses that may be connected to.</param>
    public sealed record Allowed(string Host, IReadOnlyList<IPAddress> Addresses) : EgressRuling;

    public sealed record Refused(string Reason) : EgressRuling;

    /// <summary>Allowed, but nobody knows where it is.</summary>
    public sealed record Unresolved : EgressRuling;
}
