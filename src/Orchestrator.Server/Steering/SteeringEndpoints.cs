using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Steering;
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

/// <summary>The run that a fork is.</summary>
/// <param name="NotUndone">What calls behind that turn did outside the workspace: that stays as it is.</param>
internal sealed record ForkView(string RunId, string ForkOf, int Turn, IReadOnlyList<ForkView.Outside> NotUndone)
{
    public static ForkView Of(Fork fork) =>
        new(fork.RunId, fork.ForkOf, fork.Turn, [.. fork.NotUndone.Select(outside => new Outside(outside.Effect.Turn, outside.Tool, outside.What))]);

    /// <summary>A call that reached beyond the workspace.</summary>
    internal sealed record Outside(int Turn, string Tool, string What);
}

/// <summary>Steers runs under way.</summary>
internal sealed class SteeringEndpoints(RunAccess access, ISignalStore signals, ISteeringStore steering, IRunStore runs, RunForks forks)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/runs/{id}/cancel", (string id, Caller caller, SteeringEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.CancelAsync(caller, id, cancellationToken))
            .WithName("CancelRun").WithTags("Steering").WithSummary("Has a run end itself, with what it has done as its patch.");
        api.MapPost("/runs/{id}/pause", (string id, Caller caller, SteeringEndpoints endpoints, [FromHeader(Name = WriteKey.Header)] string? key, CancellationToken cancellationToken) =>
                endpoints.SignalAsync(caller, id, new SteeringSignal(SteeringKind.Pause, caller.Subject, Key: key), cancellationToken))
            .WithName("PauseRun").WithTags("Steering").WithSummary("No model call until the run is resumed; commands that run go on.");
        api.MapPost("/runs/{id}/resume", (string id, Caller caller, SteeringEndpoints endpoints, [FromHeader(Name = WriteKey.Header)] string? key, CancellationToken cancellationToken) =>
                endpoints.ResumeAsync(caller, id, key, cancellationToken))
            .WithName("ResumeRun").WithTags("Steering").WithSummary("Ends a pause, or has a run go on that its provider failed.");
        api.MapPost("/runs/{id}/messages", (string id, MessageRequest said, Caller caller, SteeringEndpoints endpoints, [FromHeader(Name = WriteKey.Header)] string? key, CancellationToken cancellationToken) =>
                endpoints.SayAsync(caller, id, said, key, cancellationToken))
            .WithName("SendMessage").WithTags("Steering").WithSummary("Says something to the model; it reads that in its next request.");
        api.MapPost("/runs/{id}/fork", (string id, ForkTerms wanted, Caller caller, SteeringEndpoints endpoints, [FromHeader(Name = WriteKey.Header)] string? key, CancellationToken cancellationToken) =>
                endpoints.ForkAsync(caller, id, wanted, key, cancellationToken))
            .WithName("ForkRun").WithTags("Steering").WithSummary("Takes a run up again from behind a turn, as a run of its own.");
    }

    private async Task<Results<Ok<RunView>, ProblemHttpResult>> CancelAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        (RunSummary? run, ProblemHttpResult? refusal) = await access.FindToSteerAsync(caller, id, cancellationToken);
        return run is null ? refusal!
            : await signals.CancelAsync(run.RunId, caller.Subject, cancellationToken) ? await ShowAsync(run, cancellationToken)
            : IsOver(run);
    }

    private async Task<Results<Ok<RunView>, ProblemHttpResult>> SignalAsync(
        Caller caller, string id, SteeringSignal signal, CancellationToken cancellationToken)
    {
        (RunSummary? run, ProblemHttpResult? refusal) = await access.FindToSteerAsync(caller, id, cancellationToken);
        return run is null ? refusal!
            : await steering.AddAsync(run.RunId, signal, cancellationToken) == SignalOutcome.Recorded ? await ShowAsync(run, cancellationToken)
            : IsOver(run);
    }

    private async Task<Results<Ok<RunView>, ProblemHttpResult>> ResumeAsync(Caller caller, string id, string? key, CancellationToken cancellationToken)
    {
        (RunSummary? run, ProblemHttpResult? refusal) = await access.FindToSteerAsync(caller, id, cancellationToken);
        if (run is not { Result.CanResume: true })
        {
            return run is null
                ? refusal!
                : await SignalAsync(caller, id, new SteeringSignal(SteeringKind.Resume, caller.Subject, Key: key), cancellationToken);
        }

        await runs.ReopenAsync(run.RunId, caller.Subject, cancellationToken);
        return await ShowAsync(run, cancellationToken);
    }

    private async Task<Results<Ok<RunView>, ProblemHttpResult>> SayAsync(
        Caller caller, string id, MessageRequest said, string? key, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(said.Text) || said.Text.Length > SteeringSignal.LongestText
            ? Problem.Invalid("'text' is empty or too long.", $"Say something, in at most {SteeringSignal.LongestText} characters.")
            : await SignalAsync(caller, id, new SteeringSignal(SteeringKind.Message, caller.Subject, said.Text, key), cancellationToken);

    private async Task<Results<Created<ForkView>, ProblemHttpResult>> ForkAsync(
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
            ? TypedResults.Created($"/api/v1/runs/{fork.RunId}", ForkView.Of(fork))
            : Problem.Conflict($"Something else was stored with this {WriteKey.Header}, as run {fork.RunId}.", "Send another key with another fork.");
    }

    private async Task<Ok<RunView>> ShowAsync(RunSummary run, CancellationToken cancellationToken) =>
        TypedResults.Ok(RunView.Of(await runs.FindAsync(run.RunId, cancellationToken) ?? run));

    private static ProblemHttpResult IsOver(RunSummary run) => Problem.Conflict($"Run {run.RunId} is over.", "Fork it to go on from one of its turns.");
}
