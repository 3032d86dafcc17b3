using System.Buffers;
using System.CommandLine;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Testing.Processes;

namespace Orchestrator.Benchmarks.Models;

/// <summary>An endpoint in a process of its own that reads a request to its end and gives the same short answer, in any dialect.</summary>
internal sealed class ReplayEndpoint : IAsyncDisposable
{
    private const string Verb = "replay-endpoint";

    private static readonly byte[] Responses = Encoding.UTF8.GetBytes(
        """data: {"type":"response.completed","response":{"id":"r","status":"completed","model":"m","output":[{"type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Done."}]}],"usage":{"input_tokens":1,"output_tokens":1}}}""" + "\n\n");

    private static readonly byte[] Messages = Encoding.UTF8.GetBytes(
        """data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","usage":{"input_tokens":1,"output_tokens":1}}}""" + "\n\n"
        + """data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Done."}}""" + "\n\n"
        + """data: {"type":"content_block_stop","index":0}""" + "\n\n"
        + """data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}""" + "\n\n"
        + """data: {"type":"message_stop"}""" + "\n\n");

    private static readonly byte[] Chat = Encoding.UTF8.GetBytes(
        """data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Done."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}""" + "\n\n"
        + "data: [DONE]\n\n");

    private readonly ChildProcess _process;

    private ReplayEndpoint(ChildProcess process, string address)
    {
        _process = process;
        BaseUrl = address + "/v1";
    }

    public string BaseUrl { get; }

    public static async Task<ReplayEndpoint> StartAsync(CancellationToken cancellationToken)
    {
        (ChildProcess process, string address) = await ChildProcess.StartAsync(Workloads.Executable, [Verb], cancellationToken);
        return new ReplayEndpoint(process, address);
    }

    /// <summary>The length of the body that it read last.</summary>
    public async Task<long> LastLengthAsync(CancellationToken cancellationToken) => long.Parse(await _process.AskAsync("", cancellationToken));

    /// <summary>What the process runs: it says its address, serves, and tells the last body's length for each line that it is told.</summary>
    public static Command CreateVerb()
    {
        var command = new Command(Verb) { Hidden = true };
        command.SetAction(async (_, cancellationToken) =>
        {
            long last = 0;
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            builder.Services.AddRoutingCore();
            await using WebApplication app = builder.Build();
            app.Run(async http =>
            {
                Interlocked.Exchange(ref last, await DrainAsync(http));
                http.Response.ContentType = "text/event-stream";
                await http.Response.Body.WriteAsync(AnswerTo(http.Request.Path), http.RequestAborted);
            });
            await app.StartAsync(cancellationToken);
            Console.WriteLine(app.Urls.Single());
            while (await Console.In.ReadLineAsync(cancellationToken) is not null)
            {
                Console.WriteLine(Interlocked.Read(ref last));
            }
        });
        return command;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static byte[] AnswerTo(PathString path) => path.Value!.Split('/')[^1] switch
    {
        "responses" => Responses,
        "messages" => Messages,
        _ => Chat,
    };

    private static async Task<long> DrainAsync(HttpContext http)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        long length = 0;
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted) is > 0 and var read)
        {
            length += read;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return length;
    }
}
