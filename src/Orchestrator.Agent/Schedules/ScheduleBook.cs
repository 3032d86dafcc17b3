using System.Text.RegularExpressions;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Schedules;

/// <summary>Takes schedules in. What is wrong with one is found out now, not in the night when it is due.</summary>
public sealed partial class ScheduleBook(IScheduleStore schedules, Admission admission, TimeProvider time)
{
    /// <summary>Stores a schedule, or changes the one of that name.</summary>
    /// <exception cref="ScheduleException">Its name, its time or its zone is wrong; nothing is stored.</exception>
    /// <exception cref="TaskFileException">Its task is wrong; nothing is stored.</exception>
    /// <exception cref="EnvironmentException">Its task could not become a run here; nothing is stored. <see cref="Admission"/> says what else.</exception>
    public async Task<Schedule> SetAsync(string tenant, string owner, ScheduleTerms terms, CancellationToken cancellationToken)
    {
        if (!Name().IsMatch(terms.Name))
        {
            throw new ScheduleException($"name: '{terms.Name}' is none; use 1 to 63 small letters, digits and hyphens, as in nightly-deps.");
        }

        if (Recurrence.Of(terms.Cron, terms.Zone).NextAfter(time.GetUtcNow()) is null)
        {
            throw new ScheduleException($"cron: '{terms.Cron}' is never due; name a day that there is.");
        }

        AgentTask task = TaskFileReader.Parse(terms.Task, terms.TaskFile);
        await admission.AdmitAsync(task, new TaskOrigin(owner, tenant), cancellationToken);
        return await schedules.SetAsync(tenant, owner, terms, cancellationToken);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex Name();
}
