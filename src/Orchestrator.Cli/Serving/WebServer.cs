using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Hosting;
using Orchestrator.Server;
using Orchestrator.Server.Listening;
using Orchestrator.Server.SignIn;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Cli.Serving;

/// <summary>The web server of a data folder, with the hub and the worker that do its work, or beside a hub that runs elsewhere.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly Engine? _engine;
    private readonly WebApplication _application;

    private WebServer(Engine? engine, WebApplication application, LocalAccess? local)
    {
        _engine = engine;
        _application = application;
        Local = local;
    }

    /// <summary>The local user's way in; null where tokens or accounts are set up.</summary>
    public LocalAccess? Local { get; }

    /// <summary>What it consists of.</summary>
    public IServiceProvider Services => _application.Services;

    /// <summary>Where it listens, with the ports that were chosen where none were asked for.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. _application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];

    /// <summary>Serves a folder whose hub and worker are in this process.</summary>
    /// <param name="deployment">The data folder.</param>
    /// <param name="addresses">Where it listens.</param>
    /// <param name="drain">What is waited for at the end.</param>
    /// <exception cref="BadInputException">The settings don't let it listen there.</exception>
    /// <exception cref="EnvironmentException">Another process works on the folder, or has the port; or a source of tickets lacks its key.</exception>
    public static async Task<WebServer> StartAsync(
        Deployment deployment, IReadOnlyList<ListenAddress> addresses, Drain? drain, CancellationToken cancellationToken)
    {
        Check(deployment, addresses);
        if (await deployment.Home.FindOtherAsync(cancellationToken) is { } other)
        {
            throw new EnvironmentException(other);
        }

        Engine engine = await Engine.TryStartAsync(deployment, drain, cancellationToken) ?? throw new EnvironmentException(
            $"{deployment.Data.Root} is held by {string.Join(", ", LockHolders.Of(deployment.Data.OwnerLock).Concat(LockHolders.WorkersOf(deployment.Data)).Distinct())}; "
            + "stop it, or name another folder with --data.");
        try
        {
            return await ListenAsync(deployment, engine, engine.Hub, addresses, cancellationToken);
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Serves a folder beside a hub that runs elsewhere.</summary>
    /// <exception cref="BadInputException">The settings don't let it listen there.</exception>
    /// <exception cref="EnvironmentException">Another process has the port; or a source of tickets lacks its key.</exception>
    public static Task<WebServer> StartBesideAsync(
        Deployment deployment, CallInvoker hub, IReadOnlyList<ListenAddress> addresses, CancellationToken cancellationToken)
    {
        Check(deployment, addresses);
        return ListenAsync(deployment, engine: null, hub, addresses, cancellationToken);
    }

    /// <summary>An address that signs the local user in, once.</summary>
    public string MakeSignInLink() => $"{Addresses[0]}/signin?code={_application.Services.GetRequiredService<SignInCodes>().Make()}";

    public async ValueTask DisposeAsync()
    {
        // It answers while models are waited for, and says to who asks that others should be asked: as after a signal.
        _application.Lifetime.StopApplication();
        await (_engine?.StopWorkAsync() ?? Task.CompletedTask);
        await _application.StopAsync();
        await _application.DisposeAsync();
        await (_engine?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static ServerOptions OptionsOf(Deployment deployment) => deployment.Services.GetRequiredService<IOptions<ServerOptions>>().Value;

    private static void Check(Deployment deployment, IReadOnlyList<ListenAddress> addresses)
    {
        if (ListenRules.FaultOf(addresses, OptionsOf(deployment)) is { } fault)
        {
            throw new BadInputException($"--urls: {fault}");
        }

        if (deployment.Services.GetRequiredService<IntakeSources>().Faults() is [_, ..] faults)
        {
            throw new EnvironmentException(string.Join('\n', faults));
        }
    }

    private static async Task<WebServer> ListenAsync(
        Deployment deployment, Engine? engine, CallInvoker hub, IReadOnlyList<ListenAddress> addresses, CancellationToken cancellationToken)
    {
        ServerOptions options = OptionsOf(deployment);
        LocalAccess? local = options.HasCallers ? null : await LocalAccess.OpenAsync(deployment.Data.Root, Environment.UserName, cancellationToken);
        try
        {
            WebApplication application = Build(deployment, hub, addresses, options, ServerTerms.Of(options, addresses, local));
            await application.StartAsync(cancellationToken);
            return new WebServer(engine, application, local);
        }
        catch (Exception failure) when (failure is IOException or CryptographicException)
        {
            throw new EnvironmentException($"The server can't listen on {string.Join(", ", addresses.Select(address => address.EndPoint))}: {failure.Message}");
        }
    }

    private static WebApplication Build(
        Deployment deployment, CallInvoker hub, IReadOnlyList<ListenAddress> addresses, ServerOptions options, ServerTerms terms)
    {
        // Empty of defaults: it reads no settings but those of the data folder and the environment.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        deployment.AddTo(builder.Services);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Services.AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = hub));
        builder.Services.AddOrchestratorServer(terms);
        builder.WebHost.ListenForCallers(addresses, options);
        WebApplication application = builder.Build();
        application.MapOrchestratorServer();
        return application;
    }
}
