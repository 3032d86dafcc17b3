using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Access;

/// <summary>Which roles may use which route: the one table. A route that is not in it is not served: the server doesn't start.</summary>
internal static class RouteTable
{
    private static readonly Role[] Everybody = Enum.GetValues<Role>();
    private static readonly Role[] Nobody = [];

    /// <summary>Requesters their own runs and schedules: that is looked at one by one.</summary>
    private static readonly Role[] Steering = [Role.Requester, Role.Operator, Role.Admin];

    /// <summary>Every route, in the order in which they are documented.</summary>
    public static IReadOnlyList<RouteAccess> All { get; } =
    [
        new("GET", "/healthz", Nobody),
        new("GET", "/readyz", Nobody),
        new("GET", "/signin", Nobody),
        new("POST", "/signin", Nobody),
        new("GET", "/signin/account", Nobody),
        new("POST", "/signout", Everybody),
        new("GET", "/openapi/{documentName}.json", Everybody),
        new("GET", "/api/v1/caller", Everybody),
        new("POST", "/api/v1/tasks", [Role.Requester, Role.Admin]),
        new("GET", "/api/v1/runs", Everybody),
        new("GET", "/api/v1/runs/{id}", Everybody),
        new("GET", "/api/v1/runs/{id}/events", Everybody),
        new("GET", "/api/v1/runs/{id}/patch", Everybody),
        new("GET", "/api/v1/runs/{id}/report", Everybody),
        new("POST", "/api/v1/runs/{id}/cancel", Steering),
        new("POST", "/api/v1/runs/{id}/pause", Steering),
        new("POST", "/api/v1/runs/{id}/resume", Steering),
        new("POST", "/api/v1/runs/{id}/messages", Steering),
        new("POST", "/api/v1/runs/{id}/fork", Steering),
        new("GET", "/api/v1/approvals", Everybody),
        new("GET", "/api/v1/approvals/{id}", Everybody),
        new("POST", "/api/v1/approvals/{id}/decision", [Role.Approver]),
        new("GET", "/api/v1/killswitch", Everybody),
        new("POST", "/api/v1/killswitch", [Role.Operator, Role.Admin]),
        new("GET", "/api/v1/schedules", Everybody),
        new("GET", "/api/v1/schedules/{name}", Everybody),
        new("PUT", "/api/v1/schedules/{name}", [Role.Requester, Role.Admin]),
        new("DELETE", "/api/v1/schedules/{name}", Steering),
        new("POST", "/api/v1/schedules/{name}/pause", Steering),
        new("POST", "/api/v1/schedules/{name}/resume", Steering),
        new("POST", "/api/v1/intake/github/{source}", Nobody) { IsSigned = true },
        new("POST", "/api/v1/intake/jira/{source}", Nobody) { IsSigned = true },
        new("POST", "/api/v1/intake/azure-devops/{source}", Nobody) { IsSigned = true },
        new("POST", "/api/v1/intake/generic/{source}", Nobody) { IsSigned = true },
        new("GET", "/api/v1/intake/deliveries", [Role.Operator, Role.Auditor, Role.Admin]),
        new("GET", "/", Everybody),
        new("GET", "/approvals/{id}", Everybody),
        new("POST", "/approvals/{id}", [Role.Approver]),
        new("POST", "/approvals/{id}/comments", [Role.Requester, Role.Approver, Role.Operator, Role.Admin]),
        new("GET", "/runs", Everybody),
        new("GET", "/runs/{id}", Everybody),
        new("GET", "/runs/{id}/diff", Everybody),
        new("GET", "/runs/{id}/costs", Everybody),
        new("GET", "/runs/{id}/screens/{name}", Everybody),
        new("POST", "/runs/{id}/cancel", Steering),
        new("POST", "/runs/{id}/pause", Steering),
        new("POST", "/runs/{id}/resume", Steering),
        new("POST", "/runs/{id}/messages", Steering),
        new("GET", "/killswitch", Everybody),
        new("POST", "/killswitch", [Role.Operator, Role.Admin]),
        new("GET", "/schedules", Everybody),
        new("POST", "/schedules/{name}/pause", Steering),
        new("POST", "/schedules/{name}/resume", Steering),
        new("GET", "/policies", Everybody),
        new("GET", "/rules", Everybody),
        new("POST", "/rules/{id}/revoke", [Role.Approver, Role.Operator, Role.Admin]),
        new("GET", "/intake", [Role.Operator, Role.Auditor, Role.Admin]),
        new("GET", "/audit", [Role.Operator, Role.Auditor, Role.Admin]),
        new("GET", "/assets/{name}", Nobody),
    ];

    public static RouteAccess? Find(string method, string pattern) =>
        All.FirstOrDefault(route => route.Method == method && route.Pattern == pattern);
}
