using Microsoft.DurableTask;

namespace Orchestrator.Agent.Runs;

/// <summary>
/// Runs that began before tasks could have a setup. None of theirs has one, so they do what they did; the version keeps workers of builds
/// that know no setup from runs that have one.
/// </summary>
[DurableTask(nameof(RunOrchestrator), Version = "3")]
public class RunOrchestratorVersion3 : RunOrchestratorVersion4
{
}
