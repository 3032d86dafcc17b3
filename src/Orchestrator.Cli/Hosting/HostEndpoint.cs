using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.TaskHub;

namespace Orchestrator.Cli.Hosting;

/// <summary>Where a tool host serves the other workers of its data folder.</summary>
internal sealed class HostEndpoint : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly HostService _service;

    private HostEndpoint(WebApplication application, HostService service)
    {
        _application = application;
        _service = service;
    }

    /// <summary>The host, with what others need to call it.</summary>
    public ToolHost Host => _service.Host;

    /// <summary>Listens; calls are UNAVAILABLE until <see cref="Serve"/>.</summary>
    /// <exception cref="BadInputException">The options contradict each other, or safety.</exception>
    /// <exception cref="EnvironmentException">It can't listen there.</exception>
    public static async Task<HostEndpoint> StartAsync(DataFolder data, HubServerOptions server, CancellationToken cancellationToken)
    {
        try
        {
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            StandardErrorLog.AddToHub(builder.Logging);
            builder.Services.AddRoutingCore();
            X509Certificate2 certificate = server.Certificate() ?? OwnCertificate();
            builder.WebHost.ListenForGrpc(server, certificate);
            var service = new HostService(ToolHost.Of(data) with
            {
                Certificate = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)),
                Key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            });
            builder.Services.AddSingleton(service);
            builder.Services.AddGrpc();
            WebApplication application = builder.Build();
            application.MapGrpcService<HostService>();
            await application.StartAsync(cancellationToken);
            service.Host = service.Host with
            {
                Address = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First(),
            };
            return new HostEndpoint(application, service);
        }
        catch (ArgumentException failure)
        {
            throw new BadInputException($"--listen: {failure.Message}");
        }
        catch (IOException failure)
        {
            throw new EnvironmentException($"The tool host can't listen on {server.Listen}: {failure.Message}");
        }
    }

    /// <summary>From now on calls are done.</summary>
    public void Serve(HostedActivities activities) => _service.Activities = activities;

    /// <summary>
    /// Also on loopback: any user of the machine may listen on the port once this process is gone, and only who has the key is believed.
    /// Nobody looks at name and dates, for callers compare the whole.
    /// </summary>
    private static X509Certificate2 OwnCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=orchestrator tool host", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
