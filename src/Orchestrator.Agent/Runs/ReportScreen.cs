namespace Orchestrator.Agent.Runs;

/// <summary>A picture of a run's screen, beside its report.</summary>
/// <param name="Turn">The turn.</param>
/// <param name="File">Its path from the report's folder.</param>
/// <param name="Actions">What was done before it, in words.</param>
public sealed record ReportScreen(int Turn, string File, string Actions);
