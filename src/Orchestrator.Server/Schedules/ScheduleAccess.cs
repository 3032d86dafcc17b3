using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Agent.Schedules;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Schedules;

/// <summary>Which schedules a caller may know of, and which they may change: their tenant's, and of those their own unless they operate it.</summary>
internal sealed class ScheduleAccess(IScheduleStore schedules)
{
    /// <summary>How much is told of what was due.</summary>
    public const int Occurrences = 50;

    public Task<IReadOnlyList<Schedule>> ListAsync(Caller caller, CancellationToken cancellationToken) => schedules.ListAsync(caller.Tenant, cancellationToken);

    public Task<Schedule?> FindAsync(Caller caller, string name, CancellationToken cancellationToken) => schedules.FindAsync(caller.Tenant, name, cancellationToken);

    public Task<IReadOnlyList<Occurrence>> ListOccurrencesAsync(Schedule schedule, CancellationToken cancellationToken) =>
        schedules.ListOccurrencesAsync(schedule.Id, Occurrences, cancellationToken);

    public static bool MayChange(Caller caller, Schedule schedule) =>
        caller.Has(Role.Operator) || caller.Has(Role.Admin) || (caller.Has(Role.Requester) && schedule.Owner == caller.Subject);

    public Task<ProblemHttpResult?> PauseAsync(Caller caller, string name, CancellationToken cancellationToken) =>
        ChangeAsync(caller, name, schedule => schedules.PauseAsync(schedule.Id, caller.Subject, cancellationToken), cancellationToken);

    public Task<ProblemHttpResult?> ResumeAsync(Caller caller, string name, CancellationToken cancellationToken) =>
        ChangeAsync(caller, name, schedule => schedules.ResumeAsync(schedule.Id, caller.Subject, cancellationToken), cancellationToken);

    public Task<ProblemHttpResult?> RemoveAsync(Caller caller, string name, CancellationToken cancellationToken) =>
        ChangeAsync(caller, name, schedule => schedules.RemoveAsync(schedule.Id, caller.Subject, cancellationToken), cancellationToken);

    public static ProblemHttpResult Missing(string name) => Problem.NotFound($"schedule '{name}'", "/schedules shows those there are; for programs, GET /api/v1/schedules.");

    public static ProblemHttpResult NotTheirs() =>
        Problem.Of(StatusCodes.Status403Forbidden, "Requesters change their own schedules.", "Ask its owner or an operator.");

    /// <returns>Why it could not be changed. One that is as it is wanted already is no reason: a repetition answers what the first did.</returns>
    private async Task<ProblemHttpResult?> ChangeAsync(Caller caller, string name, Func<Schedule, Task> change, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, name, cancellationToken) is not { } schedule)
        {
            return Missing(name);
        }

        if (!MayChange(caller, schedule))
        {
            return NotTheirs();
        }

        await change(schedule);
        return null;
    }
}
