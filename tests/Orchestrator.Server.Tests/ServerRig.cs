using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Cli.Hosting;
using Orchestrator.Cli.Serving;
using Orchestrator.Server.Listening;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server.Tests;

/// <summary>A whole server on a free port of loopback, on a data folder of its own.</summary>
internal sealed class ServerRig : IAsyncDisposable
{
    private readonly Deployment _deployment;
    private readonly WebServer _server;
    private readonly string _folder;

    private ServerRig(string folder, Deployment deployment, WebServer server)
    {
        _folder = folder;
        _deployment = deployment;
        _server = server;
        Address = new Uri(server.Addresses[0]);
    }

    public Uri Address { get; }

    public string Data => _deployment.Data.Root;

    public Deployment Deployment => _deployment;

    public LocalAccess Local => _server.Local ?? throw new InvalidOperationException("This server has tokens of its own.");

    /// <summary>What the server consists of.</summary>
    public IServiceProvider Services => _server.Services;

    /// <summary>What it serves.</summary>
    public IReadOnlyList<Endpoint> Endpoints => Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>Starts a server for the local user.</summary>
    public static Task<ServerRig> StartAsync() => StartAsync("{}");

    /// <summary>Starts a server with tokens.</summary>
    public static Task<ServerRig> StartAsync(params IReadOnlyList<TestToken> tokens) => StartAsync(SettingsOf(tokens));

    public static Task<ServerRig> StartAsync(string settings) => StartAsync(settings, _ => Task.CompletedTask);

    /// <summary>Starts a server on a folder in which something is kept already.</summary>
    /// <param name="settings">The folder's settings.</param>
    /// <param name="keep">Keeps it there.</param>
    public static async Task<ServerRig> StartAsync(string settings, Func<Deployment, Task> keep)
    {
        string folder = Directory.CreateTempSubdirectory("orchestrator-server-").FullName;
        string data = Path.Combine(folder, "data");
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "settings.json"), settings);
        Deployment deployment = await Deployment.OpenToServeAsync(data, CancellationToken.None);
        try
        {
            await keep(deployment);
            await ParkedRuns.ParkAsync(deployment);
            WebServer server = await WebServer.StartAsync(deployment, ListenAddress.ReadAll("http://127.0.0.1:0"), drain: null, CancellationToken.None);
            return new ServerRig(folder, deployment, server);
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    public static string SettingsOf(IEnumerable<TestToken> tokens) =>
        JsonSerializer.Serialize(new { Server = new { Tokens = tokens.Select(token => token.Entry) } });

    public Task WriteSettingsAsync(string settings) => File.WriteAllTextAsync(_deployment.Data.Settings, settings);

    public string MakeSignInLink() => _server.MakeSignInLink();

    /// <summary>A caller that shows nothing, keeps no cookies and follows nothing.</summary>
    public HttpClient Anonymous() => new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };

    /// <summary>A caller that shows a token.</summary>
    public HttpClient With(string token)
    {
        HttpClient client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    public HttpClient WithLocal() => With(Local.Token);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _deployment.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
