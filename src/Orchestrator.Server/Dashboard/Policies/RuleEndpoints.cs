using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Policies;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;
using Orchestrator.Server.Runs;

namespace Orchestrator.Server.Dashboard.Policies;

/// <summary>What people allowed for later, and its end.</summary>
internal sealed class RuleEndpoints(IPolicyStore policies, RunAccess runs, CallerRights rights, Pages pages)
{
    private const int MostRules = 200;

    private static readonly Role[] Revoking = [Role.Approver, Role.Operator, Role.Admin];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rules", (HttpContext context, Caller caller, RuleEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ShowAsync(context, caller, cancellationToken)).ExcludeFromDescription();
        routes.MapPost("/rules/{id}/revoke", (string id, HttpContext context, Caller caller, RuleEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.RevokeAsync(id, context, caller, cancellationToken)).ExcludeFromDescription();
    }

    private async Task<IResult> ShowAsync(HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        Shell shell = await pages.ShellOfAsync(context, caller, cancellationToken);
        AlwaysRule[] known = await ListAsync(caller, cancellationToken);
        return Pages.Of<RulesPage>(new Dictionary<string, object?>
        {
            [nameof(RulesPage.Shell)] = shell,
            [nameof(RulesPage.Rules)] = known.OrderByDescending(rule => rule.HoldsAt(shell.Now)).Take(MostRules).ToArray(),
            [nameof(RulesPage.Unlisted)] = Math.Max(0, known.Length - MostRules),
            [nameof(RulesPage.MayRevoke)] = Revoking.Any(caller.Has),
        });
    }

    /// <summary>Revoked is revoked: a form that is sent twice finds it so.</summary>
    private async Task<IResult> RevokeAsync(string id, HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType)
        {
            return PostedForm.Missing();
        }

        if ((await ListAsync(caller, cancellationToken)).All(rule => rule.Id != id))
        {
            return Problem.NotFound($"rule '{id}'", "/rules shows what was allowed for later.");
        }

        await policies.RevokeAlwaysAsync(id, caller.Subject, cancellationToken);
        return PostedForm.LeadTo(context, "/rules");
    }

    private async Task<AlwaysRule[]> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        List<AlwaysRule> known = [];
        foreach (AlwaysRule rule in await policies.ListAlwaysAsync(cancellationToken))
        {
            if (await MayKnowAsync(caller, rule, cancellationToken))
            {
                known.Add(rule);
            }
        }

        return [.. known];
    }

    /// <summary>A requester stands behind their tenant, where they have one.</summary>
    private async Task<bool> MayKnowAsync(Caller caller, AlwaysRule rule, CancellationToken cancellationToken) => rule.Scope switch
    {
        AlwaysScope.Run => await runs.FindAsync(caller, rule.Of, cancellationToken) is not null,
        AlwaysScope.Requester => rights.MaySee(caller, rule.Of.Split('\n') is [var tenant, _, ..] ? tenant : null),
        AlwaysScope.Tenant => rights.MaySee(caller, rule.Of),
    };
}
