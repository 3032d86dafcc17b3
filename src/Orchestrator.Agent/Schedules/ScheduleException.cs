using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Schedules;

/// <summary>A schedule that can't be kept as it is written; the message names the place and the mend.</summary>
public sealed class ScheduleException(string message) : RefusalException(message);
