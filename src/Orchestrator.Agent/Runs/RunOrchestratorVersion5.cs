using Microsoft.DurableTask;

namespace Orchestrator.Agent.Runs;

/// <summary>
/// Runs that began before plans were asked about and diffs could be approved in part. None of theirs asks about a plan, so they do what they
/// did; the version keeps workers of builds that know neither from runs that meet them.
/// </summary>
[DurableTask(nameof(RunOrchestrator), Version = "5")]
public class RunOrchestratorVersion5 : RunOrchestratorVersion6
{
}
