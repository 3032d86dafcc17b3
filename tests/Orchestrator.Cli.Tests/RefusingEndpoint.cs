using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Cli.Tests;

/// <summary>An endpoint that answers every request with 401.</summary>
internal sealed class RefusingEndpoint : IAsyncDisposable
{
    private readonly WebApplication _server;

    private RefusingEndpoint(WebApplication server) => _server = server;

    public string BaseUrl => _server.Urls.Single() + "/v1";

    public static async Task<RefusingEndpoint> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication server = builder.Build();
        server.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        await server.StartAsync();
        return new RefusingEndpoint(server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }
}
