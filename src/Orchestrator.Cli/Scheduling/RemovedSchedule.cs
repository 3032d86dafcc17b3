namespace Orchestrator.Cli.Scheduling;

/// <summary>What <c>schedule remove --json</c> prints.</summary>
internal sealed record RemovedSchedule(string Name);
