using Orchestrator.Agent.Hosts;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>No host reaches another.</summary>
internal sealed class NoHostLine : IHostLine
{
    public Task<string?> CallAsync(ToolHost host, HostCall call, CancellationToken cancellationToken) => throw new HostException("No line is laid.");
}
