using Microsoft.DurableTask;

namespace Orchestrator.Agent.Runs;

/// <summary>Runs that began before conversations were compacted: a generation of theirs ends without, the next one is of the newest version.</summary>
[DurableTask(nameof(RunOrchestrator), Version = "1")]
public sealed class RunOrchestratorVersion1 : RunOrchestratorVersion2
{
    protected override bool Compacts => false;
}
