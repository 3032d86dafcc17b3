using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Failpoints;
using Orchestrator.TaskHub.Grpc;

namespace Orchestrator.TaskHub;

/// <summary>A hub by itself: one process that keeps histories and serves workers and clients over gRPC.</summary>
public sealed class HubServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private HubServer(WebApplication application) => _application = application;

    /// <summary>Where it listens, with the port that was chosen if none was asked for.</summary>
    public string Address => _application.Services.GetRequiredService<IServer>().Features
        .GetRequiredFeature<IServerAddressesFeature>().Addresses.First();

    /// <summary>The hub itself, for callers within the process.</summary>
    public Hub Hub => _application.Services.GetRequiredService<Hub>();

    /// <exception cref="ArgumentException">The options contradict each other, or safety.</exception>
    public static async Task<HubServer> StartAsync(
        HubServerOptions server,
        Action<TaskHubOptions> configure,
        Action<ILoggingBuilder> logging,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        // Slim and empty of defaults: the hub reads no settings but those it is given.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging(builder.Logging);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(time);
        builder.Services.AddTaskHub(configure);
        builder.Services.AddSingleton(Options.Create(server.NamedHubs));
        X509Certificate2? certificate = server.Certificate();
        builder.WebHost.ListenForGrpc(server, certificate);
        builder.Services.AddSingleton(provider => new CallForwarder(provider.GetRequiredService<Hub>(), server.PeerSilence, certificate));

        WebApplication application = builder.Build();
        if (server.TokenFile is { } tokenFile)
        {
            application.Use(BearerToken.FromFile(tokenFile).CheckAsync);
        }

        application.Use(application.Services.GetRequiredService<CallForwarder>().ForwardAsync);
        application.MapTaskHub();
        await application.StartAsync(cancellationToken);
        Failpoint.Hit("hub.start.listening");
        return new HubServer(application);
    }

    /// <summary>Completes when the hub has stopped, by a signal or by <see cref="DisposeAsync"/>.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _application.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // First the hub ends its workers' streams: the server would wait for them.
        await Hub.StopAsync(CancellationToken.None);
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
