using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Responses;

namespace Orchestrator.Providers.Scripted;

/// <summary>
/// The scripted models of this process: each script is served over loopback from its first use on, and asked by the same client
/// as any other endpoint.
/// </summary>
internal sealed class ScriptedModels(IOptions<AskingOptions> options, TimeProvider clock, ILogger<EndpointClient> logger)
    : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private readonly Dictionary<(string Path, DateTime WrittenAt), Served> _served = [];

    /// <summary>The client for a script; an edited script is a new one.</summary>
    /// <exception cref="ProviderException">The script cannot be read.</exception>
    public async Task<EndpointClient> ClientForAsync(string path, CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            (string, DateTime) key = (path, File.GetLastWriteTimeUtc(path));
            if (!_served.TryGetValue(key, out Served? served))
            {
                served = await ServeAsync(path, cancellationToken);
                _served.Add(key, served);
            }

            return served.Client;
        }
        catch (ScriptException exception)
        {
            throw new ProviderException(ProviderFailure.Misconfigured, exception.Message, exception);
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Served served in _served.Values)
        {
            served.Client.Dispose();
            await served.Endpoint.DisposeAsync();
        }

        _starting.Dispose();
    }

    private async Task<Served> ServeAsync(string path, CancellationToken cancellationToken)
    {
        IPEndPoint anyPort = new(IPAddress.Loopback, 0);
        ScriptedEndpoint endpoint = await ScriptedEndpoint.StartAsync(path, anyPort, clock, cancellationToken);
        logger.ScriptedModelStarted(endpoint.Announcement);
        Endpoint at = new(endpoint.BaseUrl.AbsoluteUri, new EndpointKey(variable: null, value: null, "Authorization")) { AddressSetting = path };
        return new Served(endpoint, new EndpointClient(at, ResponsesForm.Instance, options.Value, clock, logger));
    }

    private sealed record Served(ScriptedEndpoint Endpoint, EndpointClient Client);
}
