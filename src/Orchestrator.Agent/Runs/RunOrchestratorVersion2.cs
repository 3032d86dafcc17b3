using Microsoft.DurableTask;

namespace Orchestrator.Agent.Runs;

/// <summary>Runs that began before there were sub-agents: a generation of theirs ends without, the next one is of the newest version.</summary>
[DurableTask(nameof(RunOrchestrator), Version = "2")]
public class RunOrchestratorVersion2 : RunOrchestratorVersion3
{
    protected override bool Delegates => false;
}
