using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Tasks;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Guards;
using Orchestrator.Server.Problems;
using Orchestrator.Server.Runs;

namespace Orchestrator.Server.Steering;

/// <summary>What is said to a run's model.</summary>
internal sealed record MessageRequest(string Text);

/// <summary>Where a run is taken up again.</summary>
/// <param name="Turn">Behind which turn; 0 for the beginning.</param>
/// <param name="Model">Another model; null for the same.</param>
/// <param name="Message">What is said to it there; null for nothing.</param>
internal sealed record ForkTerms(int Turn, string? Model = null, string? Message = null);

/// <summary>Steers runs under way.</summary>
internal sealed class SteeringEndpoints(RunAccess access, RunForks forks)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/runs/{id}/cancel", (string id, Caller caller, RunSteering steering, SteeringEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.AnswerAsync(caller, id, steering.CancelAsync(caller, id, cancellationToken), cancellationToken))
            .WithName("CancelRun").WithTags("Steering").WithSummary("Has a run end itself, with what it has done as its patch.");
        api.MapPost("/runs/{id}/pause", (string id, Caller caller, RunSteering steering, SteeringEndpoints endpoints, [FromHeader(Name = WriteKey.Header)] string? key, CancellationToken cancellationToken) =>
                endpoints.AnswerAsync(caller, id, steering.PauseAsync(caller, id, key, cancellationToken), cancellationToken))
            .WithName("PauseRun").WithTags("Steering").WithSummary("No model call until the run is resumed; commands that run go on.");
        api.MapPost("/runs/{id}/resume", (string id, Caller caller, RunSteering steering, SteeringEndpoints endpoints, [FromHeader(Name = WriteKey.Header)] string? key, CancellationToken cancellationToken) =>
                endpoints.AnswerAsync(caller, id, steering.ResumeAsync(caller, id, key, cancellationToken), cancellationToken))
            .WithName("ResumeRun").WithTags("Steering").WithSummary("Ends a pause, or has a run go on that its provider failed.");
        api.MapPost("/runs/{id}/messages", (string id, MessageRequest said, Caller caller, RunSteering steering, SteeringEndpoints endpoints, [FromHeader(Name = WriteKey.Header)] string? key, CancellationToken cancellationToken) =>
                endpoints.AnswerAsync(caller, id, steering.SayAsync(caller, id, said.Text, key, cancellationToken), cancellationToken))
            .WithName("SendMessage").WithTags("Steering").WithSummary("Says something to the model; it reads that in its next request.");
        api.MapPost("/runs/{id}/fork", (string id, ForkTerms wanted, Caller caller, SteeringEndpoints endpoints, [FromHeader(Name = WriteKey.Header)] string? key, CancellationToken cancellationToken) =>
                endpoints.ForkAsync(caller, id, wanted, key, cancellationToken))
            .WithName("ForkRun").WithTags("Steering").WithSummary("Takes a run up again from behind a turn, as a run of its own.");
    }

    /// <summary>How the run stands behind it, or why it was not done.</summary>
    private async Task<Results<Ok<RunView>, ProblemHttpResult>> AnswerAsync(
        Caller caller, string id, Task<ProblemHttpResult?> steered, CancellationToken cancellationToken) =>
        await steered is { } refusal ? refusal
            : await access.FindAsync(caller, id, cancellationToken) is { } run ? TypedResults.Ok(RunView.Of(run))
            : RunAccess.Missing(id);

    private async Task<Results<Created<ForkedRun>, ProblemHttpResult>> ForkAsync(
        Caller caller, string id, ForkTerms wanted, string? key, CancellationToken cancellationToken)
    {
        (RunSummary? run, ProblemHttpResult? refusal) = await access.FindToSteerAsync(caller, id, cancellationToken);
        if (run is null)
        {
            return refusal!;
        }

        if (wanted.Model is { } model && ModelName.IsScripted(model))
        {
            return Problem.Invalid("A fork can't be given a script of this machine.", "Name a model, or leave it out.");
        }

        var request = new ForkRequest(run.RunId, wanted.Turn, wanted.Model, wanted.Message);
        Fork fork = await forks.ForkAsync(
            request, SubmissionKey.Of(caller.Tenant, caller.Subject, key, "fork", run.RunId, $"{wanted.Turn}", wanted.Model, wanted.Message), cancellationToken);
        return fork.IsSame
            ? TypedResults.Created($"/api/v1/runs/{fork.RunId}", ForkedRun.Of(fork))
            : Problem.Conflict($"Something else was stored with this {WriteKey.Header}, as run {fork.RunId}.", "Send another key with another fork.");
    }
}
