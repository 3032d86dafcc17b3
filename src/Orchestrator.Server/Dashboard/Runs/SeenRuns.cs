using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Agent.Runs;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Dashboard.Runs;

/// <summary>The runs that a caller may know of; others are as if they weren't there.</summary>
internal sealed class SeenRuns(IRunStore runs, CallerRights rights)
{
    public async Task<RunSummary?> FindAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        RunSummary? run = await runs.FindAsync(id, cancellationToken);
        return run is not null && rights.MaySee(caller, run.Tenant) ? run : null;
    }

    public static ProblemHttpResult Missing(string id) => Problem.NotFound($"run '{id}'", "/runs lists those that are.");
}
