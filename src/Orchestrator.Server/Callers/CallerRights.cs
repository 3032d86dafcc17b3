using Orchestrator.Agent.People;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Server.Callers;

/// <summary>What a caller is to the runs of the deployment: who they are when they decide, and which runs they may know of.</summary>
internal sealed class CallerRights(ServerTerms terms)
{
    /// <summary>Whoever is the local user of a server without tokens can write the data folder anyway.</summary>
    public Decider DeciderOf(Caller caller) => terms.Local is not null ? Decider.Local(caller.Subject) : new Decider
    {
        Subject = caller.Subject,
        Name = caller.Name,
        Tenant = caller.Tenant,
        Roles = [.. caller.Roles.Select(role => role.ToString().ToLowerInvariant())],
        Teams = caller.Teams,
    };

    /// <param name="caller">Who asks.</param>
    /// <param name="tenant">Whose the thing is; null for what an older build stored, which knew one tenant alone.</param>
    public bool MaySee(Caller caller, string? tenant) => terms.Local is not null || (tenant ?? AdmittedTask.LocalTenant) == caller.Tenant;

    /// <summary>The tenant that tokens are of which name none is the deployment's own.</summary>
    public bool SeesAllTenants(Caller caller) => terms.Local is not null || caller.Tenant == AdmittedTask.LocalTenant;

    /// <summary>Only the caller's tenant's runs.</summary>
    public RunQuery Narrow(RunQuery query, Caller caller) => query with { Tenant = TenantSeenBy(caller) };

    /// <returns>Null for all tenants.</returns>
    public string? TenantSeenBy(Caller caller) => terms.Local is not null ? null : caller.Tenant;

    public static bool MaySteer(Caller caller, RunSummary run) =>
        caller.Has(Role.Operator) || caller.Has(Role.Admin) || (caller.Has(Role.Requester) && run.Requester == caller.Subject);
}
