using Orchestrator.Agent.People;

namespace Orchestrator.Agent.Approvals;

/// <summary>Takes decisions in, from the command line and from anywhere else. It counts as soon as it is stored.</summary>
public sealed class Decisions(IApprovalStore approvals, RosterFile roster, TimeProvider time)
{
    /// <param name="decision">What is said, and by whom; who that is the caller knows, never the person says.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PeopleFileException">Nobody can say who may decide, since <c>people.yaml</c> is wrong.</exception>
    public async Task<DecisionOutcome> DecideAsync(Decision decision, CancellationToken cancellationToken)
    {
        Roster people = await roster.ReadAsync(cancellationToken);
        return await approvals.DecideAsync(decision with { By = people.Know(decision.By, time.GetUtcNow()) }, cancellationToken);
    }
}
