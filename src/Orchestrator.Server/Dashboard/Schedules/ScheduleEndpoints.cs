using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Schedules;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Schedules;

namespace Orchestrator.Server.Dashboard.Schedules;

/// <summary>The page of the schedules.</summary>
internal sealed class ScheduleEndpoints(ScheduleAccess access, Pages pages)
{
    private const string Pattern = "/schedules";
    private const int Newest = 5;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Pattern, (HttpContext context, Caller caller, ScheduleEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ShowAsync(context, caller, cancellationToken)).ExcludeFromDescription();
        routes.MapPost("/schedules/{name}/pause", (string name, HttpContext context, Caller caller, ScheduleAccess access, CancellationToken cancellationToken) =>
            LeadBackAsync(context, access.PauseAsync(caller, name, cancellationToken))).ExcludeFromDescription();
        routes.MapPost("/schedules/{name}/resume", (string name, HttpContext context, Caller caller, ScheduleAccess access, CancellationToken cancellationToken) =>
            LeadBackAsync(context, access.ResumeAsync(caller, name, cancellationToken))).ExcludeFromDescription();
    }

    private async Task<IResult> ShowAsync(HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        Shell shell = await pages.ShellOfAsync(context, caller, cancellationToken);
        List<ShownSchedule> shown = [];
        foreach (Schedule schedule in await access.ListAsync(caller, cancellationToken))
        {
            IReadOnlyList<Occurrence> occurrences = await access.ListOccurrencesAsync(schedule, cancellationToken);
            shown.Add(new ShownSchedule(schedule, schedule.NextAfter(shell.Now), [.. occurrences.Take(Newest)], ScheduleAccess.MayChange(caller, schedule)));
        }

        return Pages.Of<SchedulePage>(new Dictionary<string, object?>
        {
            [nameof(SchedulePage.Shell)] = shell,
            [nameof(SchedulePage.Schedules)] = shown,
        });
    }

    private static async Task<IResult> LeadBackAsync(HttpContext context, Task<ProblemHttpResult?> changed) =>
        !context.Request.HasFormContentType ? PostedForm.Missing() : await changed is { } refusal ? refusal : PostedForm.LeadTo(context, Pattern);
}
