using Microsoft.DurableTask;

namespace Orchestrator.Agent.Runs;

/// <summary>Runs that began before questions to people had terms: a generation of theirs waits as it did, the next one is of the newest version.</summary>
[DurableTask(nameof(RunOrchestrator), Version = "4")]
public class RunOrchestratorVersion4 : RunOrchestratorVersion5
{
}
