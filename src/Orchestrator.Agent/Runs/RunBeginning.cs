using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Runs;

/// <summary>The state that a stored run's orchestration starts from.</summary>
public sealed class RunBeginning(ITaskStore tasks, IApprovalStore approvals, IModelCatalogue catalogue)
{
    /// <exception cref="UnknownModelException">Nobody knows the run's model any more.</exception>
    public async Task<RunState> OfAsync(string run, CancellationToken cancellationToken)
    {
        AdmittedTask admitted = await tasks.GetAsync(run, cancellationToken);
        return new RunState
        {
            RunId = run,
            Model = admitted.Model,
            Turns = admitted.Fork?.Turn ?? 0,
            Final = admitted.Task.Checkpoints.Final,

            // A fork or a sub-agent has what the setup of its origin made.
            NeedsSetup = admitted is { Fork: null, Parent: null, Task.Setup.Count: > 0 },
            NeedsPlan = admitted.Task.Checkpoints.Plan == PlanCheckpoint.Ask && !await IsPlannedAsync(admitted, cancellationToken),
            Budget = Budget.Of(
                admitted.Task.Budget, catalogue.Resolve(admitted.Model).Prices is not null || admitted.Fallbacks.Any(HasPrice)),
        };
    }

    /// <summary>A fork that begins behind the approval of a plan has it in its conversation.</summary>
    private async Task<bool> IsPlannedAsync(AdmittedTask admitted, CancellationToken cancellationToken)
    {
        while (admitted.Fork is { } fork)
        {
            IReadOnlyList<Approval> decided = await approvals.ListDecidedAsync(fork.RunId, cancellationToken);
            if (decided.Any(approval => approval is { Kind: CheckpointKind.Plan, State: ApprovalState.Approved } && approval.Turn <= fork.Turn))
            {
                return true;
            }

            admitted = await tasks.GetAsync(fork.RunId, cancellationToken);
        }

        return false;
    }

    /// <summary>One that takes over may cost something where the first one doesn't.</summary>
    private bool HasPrice(string model)
    {
        try
        {
            return catalogue.Resolve(model).Prices is not null;
        }
        catch (UnknownModelException)
        {
            return false;
        }
    }
}
