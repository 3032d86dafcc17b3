namespace Orchestrator.Agent.Intake.Transitions;

/// <summary>The states that a source's tickets are put into as their runs go on: of Jira a transition or the status that it leads to, of Azure DevOps a state, of GitHub a label.</summary>
/// <param name="Started">While the run is under way; null for none.</param>
/// <param name="Accepted">When it was accepted; null for none.</param>
/// <param name="Failed">When it has ended in any other way; null for none.</param>
public sealed record TicketStates(string? Started, string? Accepted, string? Failed)
{
    public string? Of(TicketStage stage) => stage switch
    {
        TicketStage.Started => Started,
        TicketStage.Accepted => Accepted,
        TicketStage.Failed => Failed,
    };

    /// <summary>Those of the other stages, where they aren't the same.</summary>
    public IReadOnlyList<string> Others(TicketStage stage) =>
    [
        .. new[] { Started, Accepted, Failed }.OfType<string>()
            .Where(state => !state.Equals(Of(stage), StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase),
    ];
}
