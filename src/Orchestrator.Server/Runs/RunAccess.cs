using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Agent.Runs;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Runs;

/// <summary>Which runs a caller may know of, and which they may steer.</summary>
internal sealed class RunAccess(IRunStore runs, CallerRights rights)
{
    /// <returns>Null if there is none, it was purged, or it is another tenant's: a caller can't tell the two last ones apart.</returns>
    public async Task<RunSummary?> FindAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await FindListedAsync(caller, id, cancellationToken) is { PurgedAt: null } run ? run : null;

    /// <summary>The same, for what can be said of a run that was purged.</summary>
    public async Task<RunSummary?> FindListedAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await runs.FindAsync(id, cancellationToken) is { } run && rights.MaySee(caller, run.Tenant) ? run : null;

    /// <returns>The run, or why the caller can't steer it.</returns>
    public async Task<(RunSummary? Run, ProblemHttpResult? Refusal)> FindToSteerAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await FindAsync(caller, id, cancellationToken) switch
        {
            null => (null, Missing(id)),
            { } run when CallerRights.MaySteer(caller, run) => (run, null),
            _ => (null, Problem.Of(StatusCodes.Status403Forbidden, "Requesters steer their own runs.", "Ask its requester or an operator.")),
        };

    public static ProblemHttpResult Missing(string id) => Problem.NotFound($"run '{id}'", "/runs shows those there are; for programs, GET /api/v1/runs. One that was purged has nothing more to show.");
}
