using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Dashboard.Policies;

/// <summary>The policy in force, its versions, and who is there to decide.</summary>
internal sealed class PolicyEndpoints(PolicyBook book, IPolicyStore policies, RosterFile people, CallerRights rights, Pages pages)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/policies", (HttpContext context, Caller caller, PolicyEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ShowAsync(context, caller, cancellationToken))
        .ExcludeFromDescription();

    private async Task<IResult> ShowAsync(HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        PolicyView view = await ReadPolicyAsync(cancellationToken);
        if (rights.SeesAllTenants(caller))
        {
            view = await WithPeopleAsync(view with { IsWhole = true, Versions = await policies.ListAsync(cancellationToken) }, cancellationToken);
        }

        return Pages.Of<PolicyPage>(new Dictionary<string, object?>
        {
            [nameof(PolicyPage.Shell)] = await pages.ShellOfAsync(context, caller, cancellationToken),
            [nameof(PolicyPage.View)] = view,
        });
    }

    private async Task<PolicyView> ReadPolicyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new PolicyView { Document = await book.TakeInAsync(cancellationToken) };
        }
        catch (PolicyFileException failure)
        {
            return new PolicyView { Document = await book.CurrentAsync(cancellationToken), Fault = failure.Message };
        }
    }

    private async Task<PolicyView> WithPeopleAsync(PolicyView view, CancellationToken cancellationToken)
    {
        try
        {
            return view with { Roster = await people.ReadAsync(cancellationToken) };
        }
        catch (PeopleFileException failure)
        {
            return view with { RosterFault = failure.Message };
        }
    }
}
