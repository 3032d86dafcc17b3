using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Cli.Tests.Telling;

/// <summary>A span, as a collector gets it.</summary>
internal sealed record ToldSpan(string Trace, string Id, string Parent, string Name, ulong Start, ulong End);

/// <summary>
/// A collector of OpenTelemetry's protocol over HTTP, on loopback. It reads of the messages what the tests look at
/// (opentelemetry-proto: collector/trace/v1/trace_service.proto, trace/v1/trace.proto).
/// </summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication _application;

    private TraceCollector(WebApplication application) => _application = application;

    public ConcurrentQueue<ToldSpan> Spans { get; } = new();

    /// <summary>Paths that were posted to: traces, metrics, logs.</summary>
    public ConcurrentDictionary<string, int> Posts { get; } = new();

    public string Address => _application.Urls.First();

    public static async Task<TraceCollector> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        var collector = new TraceCollector(application);
        application.Run(collector.TakeAsync);
        await application.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Posts.AddOrUpdate(context.Request.Path, 1, (_, count) => count + 1);
        if (context.Request.Path == "/v1/traces")
        {
            const int resourceSpans = 1;
            const int scopeSpans = 2;
            const int spans = 2;
            foreach (byte[] span in Parts(body.ToArray(), resourceSpans).SelectMany(one => Parts(one, scopeSpans)).SelectMany(one => Parts(one, spans)))
            {
                Spans.Enqueue(Read(span));
            }
        }

        context.Response.ContentType = "application/x-protobuf";
    }

    private static ToldSpan Read(byte[] span)
    {
        string name = string.Empty;
        var ids = new Dictionary<int, string> { [1] = string.Empty, [2] = string.Empty, [4] = string.Empty };
        var times = new Dictionary<int, ulong>();
        var input = new CodedInputStream(span);
        while (input.ReadTag() is not 0 and var tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1 or 2 or 4:
                    ids[WireFormat.GetTagFieldNumber(tag)] = Convert.ToHexStringLower(input.ReadBytes().Span);
                    break;
                case 5:
                    name = input.ReadString();
                    break;
                case 7 or 8:
                    times[WireFormat.GetTagFieldNumber(tag)] = input.ReadFixed64();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return new ToldSpan(ids[1], ids[2], ids[4], name, times[7], times[8]);
    }

    /// <summary>The messages in one field of a message.</summary>
    private static IEnumerable<byte[]> Parts(byte[] message, int field)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field)
            {
                yield return input.ReadBytes().ToByteArray();
            }
            else
            {
                input.SkipLastField();
            }
        }
    }
}
