using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Steering;

namespace Orchestrator.Server.Dashboard.Steering;

/// <summary>What the forms of a run's page have it do. Each leads back to the page, which says how the run stands.</summary>
internal static class SteeringEndpoints
{
    /// <summary>What is said to the model.</summary>
    public const string Text = "text";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "cancel", (steering, caller, run, _, cancellationToken) => steering.CancelAsync(caller, run, cancellationToken));
        Map(routes, "pause", (steering, caller, run, form, cancellationToken) => steering.PauseAsync(caller, run, form.KeyOf("pause"), cancellationToken));
        Map(routes, "resume", (steering, caller, run, form, cancellationToken) => steering.ResumeAsync(caller, run, form.KeyOf("resume"), cancellationToken));
        Map(routes, "messages", (steering, caller, run, form, cancellationToken) =>
            steering.SayAsync(caller, run, form.TextOf(Text), form.KeyOf("message", form.TextOf(Text)), cancellationToken));
    }

    private static void Map(
        IEndpointRouteBuilder routes, string way, Func<RunSteering, Caller, string, PostedForm, CancellationToken, Task<ProblemHttpResult?>> steer) =>
        routes.MapPost($"/runs/{{id}}/{way}", async (string id, HttpContext context, Caller caller, RunSteering steering, CancellationToken cancellationToken) =>
            await PostedForm.ReadAsync(context, cancellationToken) is not { } form ? PostedForm.Missing()
                : await steer(steering, caller, id, form, cancellationToken) ?? PostedForm.LeadTo(context, $"/runs/{Uri.EscapeDataString(id)}")).ExcludeFromDescription();
}
