using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Protocol;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>What a worker says to its hub about how much it takes on.</summary>
public sealed class WorkerOptionsTests
{
    /// <summary>Runs whose models are at work must not keep tools from running, on few processors neither.</summary>
    [Theory]
    [InlineData(null, 1_000)]
    [InlineData("30", 30)]
    public async Task Worker_AsksForAsManyActivities(string? setting, int expected)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        var hub = new ListeningHub();
        await using WebApplication served = await ServeAsync(hub);
        using OrchestratorProcess worker = OrchestratorProcess.Start(
            ["worker", "--hub", served.Urls.Single(), "--data", example.Data], ("ORCHESTRATOR_Worker__Activities", setting));

        await Eventually.IsTrueAsync(() => hub.Asked is not null, () => $"worker that asks for work:\n{worker.Error}");

        Assert.Equal(expected, hub.Asked!.MaxConcurrentActivityWorkItems);
    }

    [Fact]
    public async Task NumberThatCannotBe_IsNamed()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess refused = await OrchestratorProcess.RunAsync(
            ["worker", "--hub", "http://127.0.0.1:1", "--data", example.Data], ("ORCHESTRATOR_Worker__Activities", "0"));

        Assert.Equal(5, refused.ExitCode);
        Assert.Contains("Activities", refused.Error, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> ServeAsync(ListeningHub hub)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(hub);
        WebApplication app = builder.Build();
        app.MapGrpcService<ListeningHub>();
        await app.StartAsync();
        return app;
    }

    /// <summary>Answers greetings, and hears what workers ask for.</summary>
    private sealed class ListeningHub : TaskHubSidecarService.TaskHubSidecarServiceBase
    {
        private GetWorkItemsRequest? _asked;

        public GetWorkItemsRequest? Asked => Volatile.Read(ref _asked);

        public override Task<Empty> Hello(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

        public override Task GetWorkItems(GetWorkItemsRequest request, IServerStreamWriter<WorkItem> responseStream, ServerCallContext context)
        {
            Volatile.Write(ref _asked, request);
            return Task.CompletedTask;
        }
    }
}
