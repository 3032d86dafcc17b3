namespace Orchestrator.Agent.Schedules;

/// <summary>Keeps schedules and what became of what was due.</summary>
public interface IScheduleStore
{
    /// <summary>Stores a schedule, or changes the one of that name; the same terms again change nothing. What was due before is settled.</summary>
    Task<Schedule> SetAsync(string tenant, string owner, ScheduleTerms terms, CancellationToken cancellationToken);

    /// <param name="tenant">Whose; null for those of all tenants.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    Task<IReadOnlyList<Schedule>> ListAsync(string? tenant, CancellationToken cancellationToken);

    /// <returns>Null if there is none of that name.</returns>
    Task<Schedule?> FindAsync(string tenant, string name, CancellationToken cancellationToken);

    /// <summary>What was due, the newest first.</summary>
    Task<IReadOnlyList<Occurrence>> ListOccurrencesAsync(string id, int most, CancellationToken cancellationToken);

    /// <summary>Has nothing begin until it is resumed; what is due meanwhile is not missed.</summary>
    /// <returns>False if it was paused already, or is gone.</returns>
    Task<bool> PauseAsync(string id, string person, CancellationToken cancellationToken);

    /// <returns>False if it wasn't paused, or is gone.</returns>
    Task<bool> ResumeAsync(string id, string person, CancellationToken cancellationToken);

    /// <summary>Ends a schedule; its runs go on.</summary>
    /// <returns>False if it is gone already.</returns>
    Task<bool> RemoveAsync(string id, string person, CancellationToken cancellationToken);

    /// <summary>The schedule as it stands now; its doorbell is heard.</summary>
    /// <returns>Null if it was removed.</returns>
    Task<Schedule?> AttendAsync(string id, CancellationToken cancellationToken);

    /// <summary>The newest run of the schedule that is not over; null if there is none.</summary>
    Task<string?> FindUnfinishedRunAsync(string id, CancellationToken cancellationToken);

    /// <summary>What waits for the run before it; null if nothing does.</summary>
    Task<Occurrence?> FindWaitingAsync(string id, CancellationToken cancellationToken);

    /// <summary>Notes what became of something that was due, and that all until then is settled. What waited and isn't this is skipped.</summary>
    Task NoteAsync(string id, Occurrence occurrence, CancellationToken cancellationToken);

    /// <summary>Ids of schedules that no orchestration keeps yet.</summary>
    Task<IReadOnlyList<string>> ListUnkeptAsync(CancellationToken cancellationToken);

    Task SetKeptAsync(string id, CancellationToken cancellationToken);
}
