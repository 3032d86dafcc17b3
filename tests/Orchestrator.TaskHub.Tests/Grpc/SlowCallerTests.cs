using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Tests.Grpc;

/// <summary>A machine may be so busy that the halves of a call come seconds apart: that is no reason to cut its connection.</summary>
public sealed class SlowCallerTests : IDisposable
{
    // Longer than a web server waits for the body of a request unless it is told otherwise.
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(8);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slow-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task RequestFollowsItsHeadersLate_IsAnsweredAndTheConnectionStays()
    {
        await using HubServer server = await HubServer.StartAsync(
            new HubServerOptions { Listen = "127.0.0.1:0" },
            options => options.DatabasePath = Path.Combine(_folder.FullName, "hub.db"),
            _ => { },
            TimeProvider.System,
            CancellationToken.None);
        int connections = 0;
        using var handler = new SocketsHttpHandler
        {
            PlaintextStreamFilter = (context, _) =>
            {
                connections++;
                return ValueTask.FromResult(context.PlaintextStream);
            },
        };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(server.Address) };

        string late = await StatusAsync(client, Stall);
        string prompt = await StatusAsync(client, TimeSpan.Zero);

        string found = $"{(int)StatusCode.OK}";
        Assert.Equal((found, found, 1), (late, prompt, connections));
    }

    private static async Task<string> StatusAsync(HttpClient client, TimeSpan stall)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/TaskHubSidecarService/GetInstance")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new LateContent(new GetInstanceRequest { InstanceId = "nobody" }, stall),
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        HttpResponseHeaders trailers = response.TrailingHeaders;
        return (trailers.TryGetValues("grpc-status", out IEnumerable<string>? status) ? status : response.Headers.GetValues("grpc-status")).Single();
    }

    private sealed class LateContent : HttpContent
    {
        private const int PrefixBytes = 5;

        private readonly byte[] _frame;
        private readonly TimeSpan _stall;

        public LateContent(IMessage message, TimeSpan stall)
        {
            byte[] body = message.ToByteArray();
            _frame = [.. new byte[PrefixBytes - 1], (byte)body.Length, .. body];
            _stall = stall;
            Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            await Task.Delay(_stall, TimeProvider.System);
            await stream.WriteAsync(_frame);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
