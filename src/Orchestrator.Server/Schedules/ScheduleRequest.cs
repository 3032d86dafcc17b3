using System.Text.Json.Nodes;
using Orchestrator.Agent.Schedules;

namespace Orchestrator.Server.Schedules;

/// <summary>What is wanted of a schedule.</summary>
/// <param name="Cron">Five fields, or a macro as <c>@daily</c>.</param>
/// <param name="Task">The task: its file's text as a string, or itself as an object.</param>
/// <param name="Zone">Whose clock counts, as in <c>Europe/Berlin</c>; UTC unless named.</param>
/// <param name="Missed">What becomes of what was due while nobody was there.</param>
/// <param name="Overlap">What becomes of what is due while the run before it is under way.</param>
/// <param name="File">Where the task is from, as with <c>POST /tasks</c>.</param>
internal sealed record ScheduleRequest(
    string Cron, JsonNode Task, string? Zone = null, MissedRuns? Missed = null, OverlappingRuns? Overlap = null, string? File = null);
