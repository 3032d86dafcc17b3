using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Callers;

/// <summary>Who makes a request. Everything in it comes from what the caller showed, never from what the request says.</summary>
public sealed record Caller
{
    /// <summary>What the caller is known by: as a run's requester, as a decision's person.</summary>
    public required string Subject { get; init; }

    /// <summary>What people read.</summary>
    public required string Name { get; init; }

    /// <summary>Whose runs the caller may know of.</summary>
    public required string Tenant { get; init; }

    public IReadOnlyList<string> Teams { get; init; } = [];

    public IReadOnlyList<Role> Roles { get; init; } = [];

    public bool Has(Role role) => Roles.Contains(role);

    /// <summary>Hands endpoints their caller.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(CallerClaims.Read(context.User));
}
