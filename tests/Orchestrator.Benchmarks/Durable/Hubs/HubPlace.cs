namespace Orchestrator.Benchmarks.Durable.Hubs;

/// <summary>Where a hub runs.</summary>
internal enum HubPlace
{
    /// <summary>In the worker's process, called without sockets.</summary>
    Embedded,

    /// <summary>In a process of its own, over gRPC on loopback.</summary>
    Process,
}
