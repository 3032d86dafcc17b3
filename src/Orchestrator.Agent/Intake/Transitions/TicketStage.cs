namespace Orchestrator.Agent.Intake.Transitions;

/// <summary>How far the run of a ticket is, as its ticket's state may say. Stored by name: names stay.</summary>
public enum TicketStage
{
    /// <summary>It is under way.</summary>
    Started,

    /// <summary>It was accepted.</summary>
    Accepted,

    /// <summary>It has ended in any other way.</summary>
    Failed,
}
