using Orchestrator.Agent.People;
using Orchestrator.Agent.Runs;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server.Callers;

/// <summary>What a caller is to the runs of the deployment: who they are when they decide, and which runs they may know of.</summary>
internal sealed class CallerRights(ServerTerms terms)
{
    /// <summary>Whoever is the local user of a server without tokens can write the data folder anyway.</summary>
    public Decider DeciderOf(Caller caller) => terms.Local is not null ? Decider.Local(caller.Subject) : new Decider
    {
        Subject = caller.Subject,
        Name = caller.Name,
        Tenant = TenantOf(caller),
        Roles = [.. caller.Roles.Select(role => role.ToString().ToLowerInvariant())],
        Teams = caller.Teams,
    };

    public bool MaySee(Caller caller, string? tenant) => terms.Local is not null || tenant == TenantOf(caller);

    /// <summary>A deployment without tenants has one that its tokens don't name.</summary>
    public bool SeesAllTenants(Caller caller) => terms.Local is not null || TenantOf(caller) is null;

    /// <summary>Runs that don't say whose they are belong to those that don't say so either.</summary>
    public RunQuery Narrow(RunQuery query, Caller caller) => terms.Local is not null
        ? query
        : query with { IsOfTenant = true, Tenant = TenantOf(caller) };

    public static bool MaySteer(Caller caller, RunSummary run) =>
        caller.Has(Role.Operator) || caller.Has(Role.Admin) || (caller.Has(Role.Requester) && run.Requester == caller.Subject);

    private static string? TenantOf(Caller caller) => caller.Tenant == TokenCatalogue.LocalTenant ? null : caller.Tenant;
}
