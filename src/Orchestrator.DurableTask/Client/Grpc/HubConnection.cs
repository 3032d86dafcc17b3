using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Protocol;

namespace Microsoft.DurableTask.Client.Grpc;

/// <summary>The way to the hub: over what the caller gave, which stays the caller's, or over a channel of its own.</summary>
internal sealed class HubConnection : IDisposable
{
    private const string DefaultAddress = "http://localhost:4001";

    private readonly string? _ownAddress;
    private volatile TaskHubSidecarService.TaskHubSidecarServiceClient _client;
    private GrpcChannel? _ownChannel;

    public HubConnection(CallInvoker? invoker, GrpcChannel? channel, string? address)
    {
        if ((channel?.CreateCallInvoker() ?? invoker) is { } given)
        {
            Target = channel?.Target ?? given.GetType().Name;
            _client = new TaskHubSidecarService.TaskHubSidecarServiceClient(given);
        }
        else
        {
            Target = _ownAddress = string.IsNullOrEmpty(address) ? DefaultAddress : address;
            _ownChannel = HubChannel.Open(_ownAddress);
            _client = new TaskHubSidecarService.TaskHubSidecarServiceClient(_ownChannel);
        }
    }

    /// <summary>Where the hub is, for logs.</summary>
    public string Target { get; }

    /// <summary>Calls the hub. Ask for it anew at each call: a broken channel is replaced.</summary>
    public TaskHubSidecarService.TaskHubSidecarServiceClient Client => _client;

    /// <summary>Replaces a channel that has stopped working, if it is this connection's own.</summary>
    /// <returns>Whether it did.</returns>
    public bool TryReplaceChannel()
    {
        if (_ownAddress is null)
        {
            return false;
        }

        GrpcChannel? broken = _ownChannel;
        _ownChannel = HubChannel.Open(_ownAddress);
        _client = new TaskHubSidecarService.TaskHubSidecarServiceClient(_ownChannel);
        broken?.Dispose();
        return true;
    }

    public void Dispose() => _ownChannel?.Dispose();
}
