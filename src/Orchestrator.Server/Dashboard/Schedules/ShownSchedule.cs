using Orchestrator.Agent.Schedules;

namespace Orchestrator.Server.Dashboard.Schedules;

/// <summary>A schedule as its page shows it.</summary>
/// <param name="Schedule">The schedule.</param>
/// <param name="NextAt">When it is due next; null while it is paused.</param>
/// <param name="Newest">What was due last, the newest first.</param>
/// <param name="MayChange">Whoever looks may pause it.</param>
public sealed record ShownSchedule(Schedule Schedule, DateTimeOffset? NextAt, IReadOnlyList<Occurrence> Newest, bool MayChange);
