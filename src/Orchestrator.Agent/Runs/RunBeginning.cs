using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Runs;

/// <summary>The state that a stored run's orchestration starts from.</summary>
public sealed class RunBeginning(ITaskStore tasks, IForkStore forks, IModelCatalogue catalogue)
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
            Lands = admitted.Task.Land.Kind != LandKind.Patch,
            Babysit = admitted.Parent is null ? admitted.Task.Land.Babysit : null,
            LandsUnasked = admitted.Task.Checkpoints.Landing == LandingCheckpoint.Auto,

            // A fork or a sub-agent has what the setup of its origin made.
            NeedsSetup = admitted is { Fork: null, Parent: null, Task.Setup.Count: > 0 },

            // A fork from behind the approval has it in its conversation.
            NeedsPlan = admitted.Task.Checkpoints.Plan == PlanCheckpoint.Ask && !await forks.HasPlanAsync(run, cancellationToken),
            Budget = Budget.Of(
                admitted.Task.Budget, catalogue.Resolve(admitted.Model).Prices is not null || admitted.Fallbacks.Any(HasPrice)),
        };
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
