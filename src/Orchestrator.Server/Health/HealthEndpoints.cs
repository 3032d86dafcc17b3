using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Runs;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Health;

/// <summary>For whoever watches the process: it lives; it can do its work.</summary>
internal sealed class HealthEndpoints(
    IRunStore runs, DurableTaskClient hub, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HealthEndpoints> logger)
{
    /// <summary>No run has this id.</summary>
    private const string NoRun = "readyz";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => TypedResults.Ok(new Healthy()))
            .WithName("GetHealth").WithSummary("The process lives.").WithTags("Health");
        routes.MapGet("/readyz", (HealthEndpoints endpoints, CancellationToken cancellationToken) => endpoints.LookAsync(cancellationToken))
            .WithName("GetReadiness").WithSummary("Hub and database answer, and it isn't stopping.").WithTags("Health");
    }

    public async Task<Results<Ok<Healthy>, ProblemHttpResult>> LookAsync(CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Problem.Of(
                StatusCodes.Status503ServiceUnavailable, "The server is stopping. It answers until it has ended.", "Ask another server, or this one when it has been started again.");
        }

        string[] silent =
        [
            .. await AnswersAsync("the run database", token => runs.FindAsync(NoRun, token), cancellationToken) ? Array.Empty<string>() : ["the run database"],
            .. await AnswersAsync("the hub", token => hub.GetInstanceAsync(NoRun, token), cancellationToken) ? Array.Empty<string>() : ["the hub"],
        ];
        return silent.Length == 0
            ? TypedResults.Ok(new Healthy())
            : Problem.Of(
                StatusCodes.Status503ServiceUnavailable,
                $"No answer within {Patience.TotalSeconds:0} s from {string.Join(" and ", silent)}.",
                "The server's log says why.");
    }

    private async Task<bool> AnswersAsync<T>(string what, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await ask(both.Token).WaitAsync(both.Token);
            return true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is not OutOfMemoryException)
        {
            Log.NotReady(logger, what, failure is RpcException rpc ? rpc.Status.Detail : failure.Message);
            return false;
        }
    }
}
