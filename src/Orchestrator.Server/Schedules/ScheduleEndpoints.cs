using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Schedules;
using Orchestrator.Agent.Tasks;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;
using Orchestrator.Server.Tasks;

namespace Orchestrator.Server.Schedules;

/// <summary>Schedules for programs.</summary>
internal sealed class ScheduleEndpoints(ScheduleAccess access, ScheduleBook book, SourceRules sources, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/schedules", (Caller caller, ScheduleEndpoints endpoints, CancellationToken cancellationToken) => endpoints.ListAsync(caller, cancellationToken))
            .WithName("ListSchedules").WithTags("Schedules").WithSummary("The tenant's schedules, and when each is due next.");
        api.MapGet("/schedules/{name}", (string name, Caller caller, ScheduleEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.ShowAsync(caller, name, cancellationToken))
            .WithName("GetSchedule").WithTags("Schedules").WithSummary("A schedule, and what became of what was due.");
        api.MapPut("/schedules/{name}", (string name, ScheduleRequest wanted, Caller caller, ScheduleEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.SetAsync(caller, name, wanted, cancellationToken))
            .WithName("SetSchedule").WithTags("Schedules").WithSummary("Stores a schedule, or changes the one of that name. Its task is checked as if it were submitted now.");
        api.MapDelete("/schedules/{name}", (string name, Caller caller, ScheduleEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.RemoveAsync(caller, name, cancellationToken))
            .WithName("RemoveSchedule").WithTags("Schedules").WithSummary("Ends a schedule; its runs go on.");
        api.MapPost("/schedules/{name}/pause", (string name, Caller caller, ScheduleEndpoints endpoints, ScheduleAccess access, CancellationToken cancellationToken) =>
                endpoints.AnswerAsync(caller, name, access.PauseAsync(caller, name, cancellationToken), cancellationToken))
            .WithName("PauseSchedule").WithTags("Schedules").WithSummary("Nothing begins until it is resumed; what is due meanwhile is left out.");
        api.MapPost("/schedules/{name}/resume", (string name, Caller caller, ScheduleEndpoints endpoints, ScheduleAccess access, CancellationToken cancellationToken) =>
                endpoints.AnswerAsync(caller, name, access.ResumeAsync(caller, name, cancellationToken), cancellationToken))
            .WithName("ResumeSchedule").WithTags("Schedules").WithSummary("Ends a pause.");
    }

    private async Task<Ok<ScheduleList>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        return TypedResults.Ok(new ScheduleList([.. (await access.ListAsync(caller, cancellationToken)).Select(one => ScheduleView.Of(one, now))]));
    }

    private async Task<Results<Ok<ScheduleView>, ProblemHttpResult>> ShowAsync(Caller caller, string name, CancellationToken cancellationToken) =>
        await access.FindAsync(caller, name, cancellationToken) is { } schedule
            ? TypedResults.Ok(ScheduleView.Of(schedule, time.GetUtcNow()) with { Occurrences = await access.ListOccurrencesAsync(schedule, cancellationToken) })
            : ScheduleAccess.Missing(name);

    private async Task<Results<Ok<ScheduleView>, ProblemHttpResult>> SetAsync(Caller caller, string name, ScheduleRequest wanted, CancellationToken cancellationToken)
    {
        if (wanted.File is { } file && (!Path.IsPathRooted(file) || file.Any(char.IsControl)))
        {
            return Problem.Invalid("'file' is no absolute path.", "Send the task file's absolute path on the server's machine, or leave it out.");
        }

        if (await access.FindAsync(caller, name, cancellationToken) is { } known && !ScheduleAccess.MayChange(caller, known))
        {
            return ScheduleAccess.NotTheirs();
        }

        var terms = new ScheduleTerms
        {
            Name = name,
            Cron = wanted.Cron,
            Zone = wanted.Zone ?? TimeZoneInfo.Utc.Id,
            Missed = wanted.Missed ?? MissedRuns.Coalesce,
            Overlap = wanted.Overlap ?? OverlappingRuns.Skip,
            Task = wanted.Task is JsonValue value && value.TryGetValue(out string? text) ? text : wanted.Task.ToJsonString(),
            TaskFile = wanted.File ?? TaskFileReader.Nowhere,
        };
        if (sources.FaultOf(TaskFileReader.Parse(terms.Task, terms.TaskFile)) is { } fault)
        {
            return Problem.Invalid(fault, SourceRules.Fix);
        }

        try
        {
            return TypedResults.Ok(ScheduleView.Of(await book.SetAsync(caller.Tenant, caller.Subject, terms, cancellationToken), time.GetUtcNow()));
        }
        catch (ScheduleException failure)
        {
            return Problem.Invalid(failure.Message, "Mend the schedule where the detail says.");
        }
    }

    private async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Caller caller, string name, CancellationToken cancellationToken) =>
        await access.RemoveAsync(caller, name, cancellationToken) is { } refusal ? refusal : TypedResults.NoContent();

    /// <summary>How the schedule stands behind it, or why it was not done.</summary>
    private async Task<Results<Ok<ScheduleView>, ProblemHttpResult>> AnswerAsync(
        Caller caller, string name, Task<ProblemHttpResult?> changed, CancellationToken cancellationToken) =>
        await changed is { } refusal ? refusal : await ShowAsync(caller, name, cancellationToken);
}
