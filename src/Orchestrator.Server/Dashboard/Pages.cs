using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Dashboard;

/// <summary>Makes pages of components: what they show is loaded before, so that a component only writes it down.</summary>
internal sealed class Pages(IAntiforgery antiforgery, TimeProvider time)
{
    public Shell ShellOf(HttpContext context, Caller caller) =>
        new(caller, antiforgery.GetAndStoreTokens(context).RequestToken ?? string.Empty, time.GetUtcNow());

    public static RazorComponentResult<TPage> Of<TPage>(IReadOnlyDictionary<string, object?> parts, int status = StatusCodes.Status200OK)
        where TPage : IComponent => new(parts) { StatusCode = status, ContentType = "text/html; charset=utf-8", PreventStreamingRendering = true };
}
