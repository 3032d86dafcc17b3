using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cli.Hosting;
using Orchestrator.Cli.Serving;
using Orchestrator.Server.Listening;

namespace Orchestrator.Cli.Functions;

/// <summary>What speaks to the hub from the clients' side: the keepers and the HTTP API. It begins with the first call that says where the hub is.</summary>
internal sealed class ClientSide(Deployment deployment) : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private GrpcChannel? _channel;
    private IHost? _keepers;
    private WebServer? _api;

    /// <returns>The HTTP API's address, on this machine.</returns>
    public async Task<Uri> StartAsync(ClientBinding hub, CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (_api is null)
            {
                _channel ??= GrpcChannel.ForAddress(hub.Address);
                CallInvoker invoker = _channel.CreateCallInvoker().Intercept(headers =>
                {
                    foreach (Metadata.Entry header in hub.Headers)
                    {
                        headers.Add(header);
                    }

                    return headers;
                });
                _keepers ??= await Engine.StartKeepersAsync(deployment, invoker, cancellationToken);
                _api = await WebServer.StartBesideAsync(deployment, invoker, ListenAddress.ReadAll("http://127.0.0.1:0"), cancellationToken);
            }

            return new Uri(_api.Addresses[0]);
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_api?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_keepers?.StopAsync() ?? Task.CompletedTask);
        _keepers?.Dispose();
        _channel?.Dispose();
        _starting.Dispose();
    }
}
