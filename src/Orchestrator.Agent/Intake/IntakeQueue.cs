namespace Orchestrator.Agent.Intake;

/// <summary>A delivery that waits.</summary>
/// <param name="Id">The older, the smaller.</param>
/// <param name="Source">Its source.</param>
/// <param name="Tenant">Whose.</param>
/// <param name="Team">Its team within the tenant.</param>
/// <param name="Priority">The higher, the sooner.</param>
/// <param name="Overtaken">How often a younger one of its team was taken before it.</param>
public sealed record QueuedDelivery(long Id, string Source, string Tenant, string Team, int Priority, int Overtaken);

/// <summary>What waits to be made a run, and what decides who is next.</summary>
/// <param name="Waiting">What may be started now.</param>
/// <param name="Running">How many runs of each source are at work.</param>
/// <param name="Served">The turn in which a team was last served; a team that never was is missing.</param>
public sealed record IntakeQueue(
    IReadOnlyList<QueuedDelivery> Waiting, IReadOnlyDictionary<string, int> Running, IReadOnlyDictionary<(string Tenant, string Team), long> Served)
{
    /// <summary>So often a delivery is passed over by younger ones of higher priority; then it is next in its team.</summary>
    public const int MostOvertaken = 8;

    /// <summary>
    /// Whose turn it is: the team that was served longest ago; in it what was passed over too often, then the highest priority, then the oldest.
    /// </summary>
    /// <param name="mostRuns">Of all sources together.</param>
    /// <param name="mostOfSource">Of a source; null for one that isn't there any more, whose deliveries may be ended at any time.</param>
    /// <returns>Null if nothing may be started.</returns>
    public QueuedDelivery? Next(int mostRuns, Func<string, int?> mostOfSource)
    {
        bool isFull = Running.Values.Sum() >= mostRuns;
        return Waiting
            .Where(one => mostOfSource(one.Source) is not { } most || (!isFull && Running.GetValueOrDefault(one.Source) < most))
            .OrderBy(one => Served.GetValueOrDefault((one.Tenant, one.Team), -1))
            .ThenBy(one => (one.Tenant, one.Team))
            .ThenByDescending(one => one.Overtaken >= MostOvertaken)
            .ThenByDescending(one => one.Overtaken >= MostOvertaken ? 0 : one.Priority)
            .ThenBy(one => one.Id)
            .FirstOrDefault();
    }
}
