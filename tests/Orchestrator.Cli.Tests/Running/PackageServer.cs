using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>A server on this machine that gives a package to whoever asks, and remembers each request: what it doesn't see didn't get out.</summary>
internal sealed class PackageServer : IAsyncDisposable
{
    private readonly WebApplication _server;

    private PackageServer(WebApplication server) => _server = server;

    public ConcurrentQueue<string> Asked { get; } = [];

    public int Port => new Uri(_server.Urls.Single()).Port;

    public static async Task<PackageServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        WebApplication server = builder.Build();
        var packages = new PackageServer(server);
        server.MapGet("/{name}", (HttpContext asked, string name) =>
        {
            packages.Asked.Enqueue(name);
            return Results.Text($"package {name}\n");
        });
        await server.StartAsync();
        return packages;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
