using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Agent.Steering;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Steering;

namespace Orchestrator.Server.Dashboard;

/// <summary>Makes pages of components: what they show is loaded before, so that a component only writes it down.</summary>
internal sealed class Pages(IAntiforgery antiforgery, KillSwitches switches, TimeProvider time)
{
    public async Task<Shell> ShellOfAsync(HttpContext context, Caller caller, CancellationToken cancellationToken) =>
        ShellOf(context, caller, await switches.ListAsync(caller, cancellationToken));

    /// <summary>For a page that tells of a failure, which may be the stores' own.</summary>
    public Shell BareShellOf(HttpContext context, Caller caller) => ShellOf(context, caller, []);

    public static RazorComponentResult<TPage> Of<TPage>(IReadOnlyDictionary<string, object?> parts, int status = StatusCodes.Status200OK)
        where TPage : IComponent => new(parts) { StatusCode = status, ContentType = "text/html; charset=utf-8", PreventStreamingRendering = true };

    private Shell ShellOf(HttpContext context, Caller caller, IReadOnlyList<KillSwitch> stops) => new(
        caller, antiforgery.GetAndStoreTokens(context).RequestToken ?? string.Empty, Guid.NewGuid().ToString("N"), stops, time.GetUtcNow());
}
