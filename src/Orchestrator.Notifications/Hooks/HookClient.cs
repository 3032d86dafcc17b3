using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Tasks;
using Orchestrator.Supervisor.Egress;

namespace Orchestrator.Notifications.Hooks;

/// <summary>
/// Connects to hooks: a name is looked up once, and it is the address that was looked at which is connected to. No proxy, no redirect,
/// no cookie; of an answer nothing but its head is read.
/// </summary>
internal sealed class HookClient : IDisposable
{
    private readonly NotificationOptions _options;
    private readonly HttpClient _client;

    public HookClient(IOptions<NotificationOptions> options)
    {
        _options = options.Value;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = ConnectAsync,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        {
            Timeout = TimeSpan.FromSeconds(10),
        };
    }

    public void Dispose() => _client.Dispose();

    /// <exception cref="SendException">It was not taken.</exception>
    public async Task PostAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string host = request.RequestUri!.Host;
        try
        {
            using HttpResponseMessage answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                // What is wrong with the message itself stays so; all else, a wrong address too, an operator or time can mend.
                bool isFinal = answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity;
                throw new SendException($"{host} answered {(int)answer.StatusCode}.", isFinal, answer.Headers.RetryAfter?.Delta);
            }
        }
        catch (HttpRequestException failure)
        {
            throw failure.InnerException as SendException ?? new SendException($"{host} can't be reached, or hung up ({failure.HttpRequestError}).", inner: failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SendException($"{host} didn't answer in time.", inner: failure);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        string host = context.DnsEndPoint.Host;
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        IPAddress[] allowed = [.. addresses.Where(address => IsAllowed(host, address))];
        if (allowed.Length == 0)
        {
            throw new SendException($"{host} stands for no address that hooks may have: those of this machine, its network and its cloud are refused. "
                + $"If it is yours, name it under {NotificationOptions.Section}:PrivateHosts in settings.json.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(string host, IPAddress address) => !PublicAddress.IsNowhere(address)
        && (PublicAddress.Is(address)
            || (_options.AllowLoopback && IPAddress.IsLoopback(address))
            || _options.PrivateHosts.Any(pattern => HostPattern.Common(pattern, host) == host));
}
