using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Orchestrator.Providers.Tests.Faults;

/// <summary>An endpoint that fails as a round says, and answers when it has failed often enough.</summary>
internal sealed class FaultyEndpoint : IAsyncDisposable
{
    private const int Megabytes = 100;
    private const int Megabyte = 1024 * 1024;

    private static readonly string[] ErrorBodies = ["", "<html>Sorry.</html>", "{\"error\":", """{"error":{"message":"Sorry.","type":"t","code":null}}"""];

    private readonly FaultRound _round;
    private readonly PatientTime _time;
    private readonly byte[] _answer;
    private readonly AnswerStream _broken;
    private readonly Socket? _reserved;
    private FakeEndpoint? _endpoint;
    private int _connections;

    private FaultyEndpoint(FaultRound round, PatientTime time)
    {
        _round = round;
        _time = time;
        Answer = AnswerStream.Of(round.Dialect, round.Answer, round.Random);
        _answer = Answer.Bytes;
        _broken = AnswerStream.Of(round.Dialect, round.Broken, round.Random);
        if (round.Fault == EndpointFault.RefusedConnection)
        {
            // A port that is bound, and not listened to: nobody else gets it, and who connects to it is refused.
            _reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        }
    }

    /// <summary>What it says in the end.</summary>
    public AnswerStream Answer { get; }

    public string BaseUrl => (_reserved, _round.IsTls) switch
    {
        ({ } reserved, _) => $"http://127.0.0.1:{PortOf(reserved)}/v1",
        (_, true) => _endpoint!.BaseUrl.Replace("http:", "https:", StringComparison.Ordinal),
        _ => _endpoint!.BaseUrl,
    };

    /// <summary>The bodies of the requests that arrived.</summary>
    public IReadOnlyList<byte[]> Bodies => [.. _endpoint?.Requests.Select(request => request.Body) ?? []];

    public static async Task<FaultyEndpoint> StartAsync(FaultRound round, PatientTime time)
    {
        var endpoint = new FaultyEndpoint(round, time);
        if (endpoint._reserved is null)
        {
            endpoint._endpoint = await FakeEndpoint.StartAsync(endpoint.AnswerAsync, connections: endpoint.Guard);
        }

        return endpoint;
    }

    /// <summary>Told of each retry: who was away comes back after enough of them.</summary>
    public async Task RetriedAsync(int retries)
    {
        if (_reserved is not null && retries == _round.Failures)
        {
            _endpoint = await FakeEndpoint.StartAsync(AnswerAsync, PortOf(_reserved));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _reserved?.Dispose();
        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static async Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> bytes)
    {
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private static Task NeverAsync(HttpContext http) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);

    /// <summary>Resets connections at the first bytes that come over them: those of a handshake, or of a request.</summary>
    private void Guard(ListenOptions listen) => listen.Use(next => async connection =>
    {
        bool isReset = _round is { Fault: EndpointFault.Reset, Form: 0 or 1 } && (Interlocked.Increment(ref _connections) <= _round.Failures || _round.IsTls);
        if (!isReset)
        {
            await next(connection);
            return;
        }

        await connection.Transport.Input.ReadAsync(connection.ConnectionClosed);
        connection.Abort();
    });

    private async Task AnswerAsync(HttpContext http, int number)
    {
        // Of connections that failed the endpoint knows nothing.
        bool isWell = number > _round.Failures
            || _round.Fault is EndpointFault.RefusedConnection || _round is { Fault: EndpointFault.Reset, Form: 0 or 1 };
        if (_round.Status != 200 && !isWell)
        {
            await RefuseAsync(http, number);
            return;
        }

        http.Response.ContentType = "text/event-stream";
        switch (_round.Fault)
        {
            case EndpointFault.Duplicate:
                await WriteAsync(http, Duplicated());
                break;
            case EndpointFault.BrokenArguments or EndpointFault.UnknownTool or EndpointFault.SameId:
            case var _ when isWell:
                await WriteAsync(http, _answer);
                break;
            case EndpointFault.Reset:
                http.Abort();
                break;
            case EndpointFault.Hang:
                await _time.ExpireAsync(FaultRound.Patience.FirstByteTimeout);
                await NeverAsync(http);
                break;
            case EndpointFault.Stall:
                await WriteAsync(http, PartOfABrokenAnswer());
                await _time.ExpireAsync(FaultRound.Patience.IdleTimeout);
                await NeverAsync(http);
                break;
            case EndpointFault.Close:
                await WriteAsync(http, PartOfABrokenAnswer());
                if (_round.Form < 2)
                {
                    http.Abort();
                }

                break;
            case EndpointFault.Endless:
                await WriteWithoutEndAsync(http);
                break;
        }
    }

    private async Task RefuseAsync(HttpContext http, int number)
    {
        http.Response.StatusCode = _round.Status;
        http.Response.ContentType = "application/json";
        if (_round.Waits[number - 1] is { } wait && _round.Fault is EndpointFault.RateLimit or EndpointFault.Trouble)
        {
            (string name, string value) = _round.Form switch
            {
                0 => ("retry-after-ms", wait.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)),
                1 => ("retry-after", (_time.GetUtcNow() + wait).ToString("R")),
                _ => ("retry-after", wait.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
            };
            http.Response.Headers[name] = value;
        }

        await http.Response.WriteAsync(_round.Random.GetItems(ErrorBodies, 1)[0]);
    }

    private byte[] PartOfABrokenAnswer() =>
        _broken.Bytes[.._round.Random.Next(_round.Fault == EndpointFault.Close ? _broken.BytesToTheEnd : _broken.Bytes.Length)];

    private byte[] Duplicated()
    {
        List<string> events = [.. Answer.Events.Select(one => one.Text)];
        int[] candidates = [.. Enumerable.Range(0, events.Count).Where(index => !Answer.Events[index].IsPiece)];
        int twice = _round.Random.GetItems(candidates, 1)[0];
        events.Insert(twice, events[twice]);
        return Encoding.UTF8.GetBytes(string.Concat(events));
    }

    private async Task WriteWithoutEndAsync(HttpContext http)
    {
        string filling = new('x', Megabyte);
        (int status, string type, string first, string each) = _round.Form switch
        {
            0 => (200, "text/event-stream", "data: ", filling),
            1 => (200, "text/event-stream", "", $$"""data: {"type":"ping","filling":"{{filling}}"}""" + "\n\n"),
            2 => (200, "application/json", "{\"filling\":\"", filling),
            _ => (503, "text/plain", "", filling),
        };
        byte[] bytes = Encoding.ASCII.GetBytes(each);
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        await http.Response.WriteAsync(first);
        for (int written = 0; written < Megabytes && !http.RequestAborted.IsCancellationRequested; written++)
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }
}
