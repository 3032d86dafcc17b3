using Grpc.Net.Client;

namespace Microsoft.DurableTask.Client.Grpc;

/// <summary>Opens channels to hubs.</summary>
internal static class HubChannel
{
    /// <summary>
    /// A channel that finds a restarted hub soon: the package's own rest after a refused connection is a second at first and two
    /// minutes at last, and until it is over every call fails at once.
    /// </summary>
    public static GrpcChannel Open(string address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
        MaxReconnectBackoff = TimeSpan.FromMilliseconds(100),
    });
}
