using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Tools.Mcp;

/// <summary>A server that is spoken to. What it throws, however it fails, is told as one kind of exception from here on.</summary>
internal sealed class McpConnection : IAsyncDisposable
{
    private const int LongestLine = 16 << 20;
    private const int LongestWords = 600;

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(3);

    private readonly McpClient _client;
    private readonly McpProcess? _process;
    private readonly HttpClient? _http;
    private readonly TimeProvider _time;

    private McpConnection(McpClient client, McpProcess? process, HttpClient? http, TimeProvider time)
    {
        _client = client;
        _process = process;
        _http = http;
        _time = time;
    }

    /// <summary>It can't be used any more.</summary>
    public bool IsClosed => _client.Completion.IsCompleted;

    /// <exception cref="McpServerException">It can't be started, or doesn't answer as a server does.</exception>
    public static async Task<McpConnection> OpenAsync(McpServerOptions server, McpLauncher launcher, Workspace workspace, CancellationToken cancellationToken)
    {
        McpProcess? process = server.Url is null ? await McpProcess.StartAsync(server, launcher, workspace, cancellationToken) : null;
        HttpClient? http = process is null ? Client() : null;
        bool isOpen = false;
        try
        {
            IClientTransport transport = process is null
                ? new HttpClientTransport(Terms(server, launcher.Configuration), http!, loggerFactory: null, ownsHttpClient: true)
                : new StreamClientTransport(process.Input, new LineBoundStream(process.Output, LongestLine), loggerFactory: null);
            McpClientOptions options = new()
            {
                ClientInfo = new Implementation { Name = "orchestrator", Version = typeof(McpConnection).Assembly.GetName().Version!.ToString(3) },
                InitializationTimeout = LongestStart,
            };
            McpClient client = await McpClient.CreateAsync(transport, options, loggerFactory: null, cancellationToken);
            isOpen = true;
            return new McpConnection(client, process, http, launcher.Time);
        }
        catch (Exception failure) when (IsServers(failure, cancellationToken))
        {
            string words = process?.LastWords() is { Length: > 0 } said ? $"; it said: {said}" : string.Empty;
            throw new McpServerException(McpFailure.NotMade, Bounded(Reason(failure) + words), failure);
        }
        finally
        {
            if (!isOpen)
            {
                await EndAsync(process, http);
            }
        }
    }

    /// <exception cref="McpServerException">It doesn't list its tools.</exception>
    public async Task<IReadOnlyList<Tool>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await _client.ListToolsAsync(options: null, cancellationToken)).Select(tool => tool.ProtocolTool)];
        }
        catch (Exception failure) when (IsServers(failure, cancellationToken))
        {
            throw new McpServerException(McpFailure.NotMade, Bounded(Reason(failure)), failure);
        }
    }

    /// <exception cref="McpServerException">There is no result.</exception>
    public async Task<CallToolResult> CallAsync(string tool, IDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.CallToolAsync(new CallToolRequestParams { Name = tool, Arguments = arguments }, cancellationToken);
        }
        catch (Exception failure) when (IsServers(failure, cancellationToken))
        {
            throw new McpServerException(WasTurnedAway(failure) ? McpFailure.NotMade : McpFailure.Unproven, Bounded(Reason(failure)), failure);
        }
    }

    /// <summary>A server is told that nobody speaks to it any more; one that doesn't take that in is left without.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _client.DisposeAsync().AsTask().WaitAsync(LongestGoodbye, _time);
        }
        catch (Exception failure) when (IsServers(failure, CancellationToken.None))
        {
            // It is gone, or as good as that.
        }

        await EndAsync(_process, _http);
    }

    private static async Task EndAsync(McpProcess? process, HttpClient? http)
    {
        http?.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }

    private static HttpClientTransportOptions Terms(McpServerOptions server, IConfiguration configuration)
    {
        string? key = server.KeyEnv is { } name
            ? configuration[name] is { Length: > 0 } value ? value : throw new McpServerException(McpFailure.NotMade, $"its key is missing: {name} is not set")
            : null;
        return new()
        {
            Endpoint = server.Url!,
            TransportMode = HttpTransportMode.StreamableHttp,
            ConnectionTimeout = LongestStart,
            EnableStandaloneGetStream = false,
            AdditionalHeaders = key is null ? null : new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        };
    }

    // A key must not follow a redirect to another host.
    private static HttpClient Client() => new(new BoundedAnswers(LongestLine)
    {
        InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = LongestConnect },
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>What a server, or the way to it, can fail with; the rest is a bug of ours.</summary>
    private static bool IsServers(Exception failure, CancellationToken cancellationToken) =>
        failure is McpException or IOException or HttpRequestException or TimeoutException or JsonException or InvalidDataException or InvalidOperationException
        || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>What says that nothing was done: a request that the protocol or HTTP turns away unread. A server's own error may come halfway through the work.</summary>
    private static bool WasTurnedAway(Exception failure) => failure switch
    {
        McpProtocolException refusal => refusal.ErrorCode is McpErrorCode.InvalidRequest or McpErrorCode.MethodNotFound or McpErrorCode.InvalidParams,
        HttpRequestException { StatusCode: { } status } => status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.RequestTimeout,
        _ => false,
    };

    private static string Reason(Exception failure) =>
        failure.InnerException is { } inner && inner is HttpRequestException or IOException && !failure.Message.Contains(inner.Message, StringComparison.Ordinal)
            ? $"{failure.Message} ({inner.Message})"
            : failure.Message;

    private static string Bounded(string text) => text.Length <= LongestWords ? text : $"{text.AsSpan(0, LongestWords)}…";

    /// <summary>Answers whose lines have an end.</summary>
    private sealed class BoundedAnswers(int longestLine) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            StreamContent bounded = new(new LineBoundStream(await response.Content.ReadAsStreamAsync(cancellationToken), longestLine));
            foreach ((string name, IEnumerable<string> values) in response.Content.Headers)
            {
                bounded.Headers.TryAddWithoutValidation(name, values);
            }

            response.Content = bounded;
            return response;
        }
    }
}
