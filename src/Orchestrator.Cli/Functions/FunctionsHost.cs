using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Functions;

/// <summary>Answers the calls of the Functions host, on loopback: one path for each function.</summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    /// <summary>A history in base64, at the most.</summary>
    private const long LongestCall = 64 * 1024 * 1024;

    private readonly WebApplication _application;
    private readonly ClientSide _clients;
    private readonly ApiFunction _api = new();
    private readonly DurableFunctions _durable;
    private readonly QueueFunction _queue;

    private FunctionsHost(WebApplication application, ClientSide clients)
    {
        _application = application;
        _clients = clients;
        _durable = new DurableFunctions(application.Services);
        _queue = new QueueFunction(application.Services.GetRequiredService<RunClient>());
    }

    /// <exception cref="EnvironmentException">The port is taken.</exception>
    public static async Task<FunctionsHost> StartAsync(Deployment deployment, int port, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        deployment.AddTo(builder.Services);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        builder.Services.AddRouting().AddHostKeepers();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = LongestCall;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        WebApplication application = builder.Build();
        var host = new FunctionsHost(application, new ClientSide(deployment));
        application.UseRouting();
        application.MapPost("/{function}", host.AnswerAsync);
        try
        {
            await application.StartAsync(cancellationToken);
            return host;
        }
        catch (IOException failure)
        {
            await host.DisposeAsync();
            throw new EnvironmentException($"The Functions host is answered on port {port}, which can't be listened on: {failure.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _clients.DisposeAsync();
        await _application.StopAsync();
        await _application.DisposeAsync();
        _api.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string function = (string)context.Request.RouteValues["function"]!;
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            JsonObject? answer = await CallAsync(function, FunctionInvocation.Read(body.ToArray()), context.RequestAborted);
            context.Response.StatusCode = answer is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync((answer ?? new JsonObject { ["error"] = $"There is no function '{function}'." }).ToJsonString(), context.RequestAborted);
        }
        catch (Exception failure) when (failure is FormatException or TaskFileException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(failure.Message, context.RequestAborted);
        }
    }

    /// <returns>Null if there is no such function.</returns>
    private async Task<JsonObject?> CallAsync(string function, FunctionInvocation call, CancellationToken cancellationToken)
    {
        switch (function)
        {
            case FunctionCatalogue.Api:
                JsonObject request = call.Object(FunctionCatalogue.RequestBinding) ?? throw new FormatException($"The call has no object 'Data.{FunctionCatalogue.RequestBinding}'.");
                Uri api = await _clients.StartAsync(ClientBinding.Of(call), cancellationToken);
                return Answered(null, (FunctionCatalogue.ResponseBinding, await _api.CallAsync(request, api, cancellationToken)));
            case FunctionCatalogue.Keep:
                await _clients.StartAsync(ClientBinding.Of(call), cancellationToken);
                return Answered(null);
            case FunctionCatalogue.SubmitQueued:
                await _clients.StartAsync(ClientBinding.Of(call), cancellationToken);
                return Answered(await _queue.SubmitAsync(call, cancellationToken));
            default:
                return await _durable.CallAsync(function, call) is { } answer ? Answered(answer.Value) : null;
        }
    }

    private static JsonObject Answered(JsonNode? value, params (string Binding, JsonNode Value)[] outputs)
    {
        var bound = new JsonObject();
        foreach ((string binding, JsonNode output) in outputs)
        {
            bound[binding] = output;
        }

        return new JsonObject { ["Outputs"] = bound, ["Logs"] = new JsonArray(), ["ReturnValue"] = value };
    }
}
