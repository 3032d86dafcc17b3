namespace Orchestrator.TaskHub.Replays;

/// <summary>What came of the replay of one history.</summary>
/// <param name="Turns">Turns replayed, the one that differs included.</param>
/// <param name="Difference">The first difference; null if the replay is the history.</param>
public sealed record ReplayResult(int Turns, ReplayDifference? Difference);
