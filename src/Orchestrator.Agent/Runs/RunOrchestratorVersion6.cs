using Microsoft.DurableTask;

namespace Orchestrator.Agent.Runs;

/// <summary>
/// Runs that began before changes could be pushed. All of theirs hand over a patch, so they do what they did; the version keeps workers of builds
/// that can't push from runs that do.
/// </summary>
[DurableTask(nameof(RunOrchestrator), Version = "6")]
public class RunOrchestratorVersion6 : RunOrchestrator
{
}
