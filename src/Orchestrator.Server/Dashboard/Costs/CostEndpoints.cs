using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Turns;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Runs;

namespace Orchestrator.Server.Dashboard.Costs;

/// <summary>What a run's dollars went to.</summary>
internal sealed class CostEndpoints(RunAccess seen, IRunStore runs, ITaskStore tasks, IReplyStore replies, ICompactionStore compactions, Pages pages)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/runs/{id}/costs", (string id, HttpContext context, Caller caller, CostEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ShowAsync(id, context, caller, cancellationToken))
        .ExcludeFromDescription();

    private async Task<IResult> ShowAsync(string id, HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        if (await seen.FindAsync(caller, id, cancellationToken) is not { } run)
        {
            return RunAccess.Missing(id);
        }

        return Pages.Of<CostPage>(new Dictionary<string, object?>
        {
            [nameof(CostPage.Shell)] = await pages.ShellOfAsync(context, caller, cancellationToken),
            [nameof(CostPage.Run)] = run,
            [nameof(CostPage.Cost)] = CostBreakdown.Of(
                await replies.ListAsync(id, cancellationToken),
                await compactions.ListAsync(id, cancellationToken),
                run.Lost,
                await runs.ListSubAgentsAsync(id, effect: null, cancellationToken)),
            [nameof(CostPage.Budget)] = (await tasks.GetAsync(id, cancellationToken)).Task.Budget.Usd,
        });
    }
}
