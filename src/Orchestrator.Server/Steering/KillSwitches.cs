using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Steering;

/// <summary>The kill switches that hold a caller's runs, and the one that is theirs: the whole deployment's for callers of its own tenant, else their tenant's.</summary>
internal sealed class KillSwitches(ISteeringStore steering)
{
    /// <summary>Those that are on.</summary>
    public async Task<IReadOnlyList<KillSwitch>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        [.. (await steering.ListKillSwitchesAsync(cancellationToken)).Where(one => one.Scope == KillSwitch.Everybody || one.Scope == caller.Tenant)];

    public Task TurnOnAsync(Caller caller, string? reason, CancellationToken cancellationToken) =>
        steering.TurnOnKillSwitchAsync(ScopeOf(caller), caller.Subject, reason, cancellationToken);

    /// <inheritdoc cref="ISteeringStore.TurnOffKillSwitchAsync"/>
    public Task<bool> TurnOffAsync(Caller caller, DateTimeOffset? since, string? reason, CancellationToken cancellationToken) =>
        steering.TurnOffKillSwitchAsync(ScopeOf(caller), since, caller.Subject, reason, cancellationToken);

    public static string ScopeOf(Caller caller) => caller.Tenant == AdmittedTask.LocalTenant ? KillSwitch.Everybody : caller.Tenant;
}
