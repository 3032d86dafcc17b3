using Grpc.Core;
using Grpc.Net.Client;

namespace Microsoft.DurableTask.Client.Grpc;

/// <summary>How a client reaches its hub.</summary>
public sealed class GrpcDurableTaskClientOptions : DurableTaskClientOptions
{
    /// <summary>The hub's address, used if neither a channel nor an invoker is given; null for port 4001 on this machine.</summary>
    public string? Address { get; set; }

    /// <summary>A channel to the hub; it stays the caller's.</summary>
    public GrpcChannel? Channel { get; set; }

    /// <summary>What calls the hub, used if no channel is given; it stays the caller's.</summary>
    public CallInvoker? CallInvoker { get; set; }
}
