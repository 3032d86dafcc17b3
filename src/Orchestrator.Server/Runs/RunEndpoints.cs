using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Paging;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Runs;

/// <summary>Shows runs.</summary>
internal sealed class RunEndpoints(IRunStore runs, RunAccess access, CallerRights rights, RunPatches patches, RunArtifacts artifacts)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/runs", (Caller caller, RunEndpoints endpoints, CancellationToken cancellationToken, string? status, string? cursor, int? limit) =>
                endpoints.ListAsync(caller, status, cursor, limit, cancellationToken))
            .WithName("ListRuns").WithTags("Runs").WithSummary("Runs, newest first; 'next' is the 'cursor' of those after them.");
        api.MapGet("/runs/{id}", (string id, Caller caller, RunEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.ShowAsync(caller, id, cancellationToken))
            .WithName("GetRun").WithTags("Runs").WithSummary("A run, with its verdict once it has one.");
        api.MapGet("/runs/{id}/patch", (string id, Caller caller, RunEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.PatchAsync(caller, id, cancellationToken))
            .WithName("GetPatch").WithTags("Runs").WithSummary("What a run has changed, so far or in the end, for 'git apply'.");
        api.MapGet("/runs/{id}/report", (string id, Caller caller, RunEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.ReportAsync(caller, id, cancellationToken))
            .WithName("GetReport").WithTags("Runs").WithSummary("The report of a run that is over.");
    }

    private async Task<Results<Ok<RunPageView>, ProblemHttpResult>> ListAsync(
        Caller caller, string? status, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        RunStatus? wanted = null;
        if (status is not null)
        {
            string[] names = Enum.GetNames<RunStatus>();
            if (names.FirstOrDefault(name => name.Equals(status, StringComparison.OrdinalIgnoreCase)) is not { } known)
            {
                return Problem.Invalid($"'{status}' is no status.", $"Say one of {string.Join(", ", names.Select(name => char.ToLowerInvariant(name[0]) + name[1..]))}.");
            }

            wanted = Enum.Parse<RunStatus>(known);
        }

        if (!PageRequest.TryRead(cursor, limit, out PageRequest? page, out ProblemHttpResult? refusal))
        {
            return refusal;
        }

        FoundRuns found = await runs.SearchAsync(
            rights.Narrow(new RunQuery { Statuses = wanted is { } only ? [only] : null, Before = page.Last, Limit = page.Limit }, caller),
            cancellationToken);
        return TypedResults.Ok(new RunPageView([.. found.Runs.Select(RunView.Of)], found.Next is { } next ? PageCursor.Write(next) : null));
    }

    private async Task<Results<Ok<RunView>, ProblemHttpResult>> ShowAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await access.FindListedAsync(caller, id, cancellationToken) is { } run ? TypedResults.Ok(RunView.Of(run)) : RunAccess.Missing(id);

    private async Task<Results<FileContentHttpResult, ProblemHttpResult>> PatchAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(caller, id, cancellationToken) is not { } run)
        {
            return RunAccess.Missing(id);
        }

        try
        {
            using var patch = new MemoryStream();
            await patches.WriteAsync(run, patch, cancellationToken);
            return TypedResults.File(patch.ToArray(), "text/x-diff");
        }
        catch (LandingException failure)
        {
            return Problem.Conflict(failure.Message, "Look at the run's files where it works.");
        }
        catch (Exception failure) when (failure is EnvironmentException or FileNotFoundException or DirectoryNotFoundException)
        {
            return Problem.Conflict($"Run {run.RunId} has no patch here.", "Ask again when it has a workspace, or is over.");
        }
    }

    private async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReportAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(caller, id, cancellationToken) is not { } run)
        {
            return RunAccess.Missing(id);
        }

        return await artifacts.ReportAsync(run, cancellationToken) is { } path && File.Exists(path)
            ? TypedResults.File(await File.ReadAllBytesAsync(path, cancellationToken), "text/markdown; charset=utf-8")
            : Problem.Conflict($"Run {run.RunId} has no report yet.", "Ask again when it is over.");
    }
}
