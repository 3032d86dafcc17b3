namespace Orchestrator.Agent.Intake.Transitions;

/// <summary>What is known of the state of a run's ticket.</summary>
public sealed record TicketTransition
{
    public required string RunId { get; init; }

    /// <summary>The stage that the run is at, and that the ticket is to follow.</summary>
    public required TicketStage Aim { get; init; }

    /// <summary>The stage that nothing is left to do for; null if that is none.</summary>
    public TicketStage? Stage { get; init; }

    /// <summary>Where a move to <see cref="Aim"/> leads, stored before it is asked for; null if none was.</summary>
    public string? UnderWay { get; init; }

    /// <summary>Tries for <see cref="Aim"/>.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the ticket is not where it is to be, in words; null if it is, or nobody knows.</summary>
    public string? Failure { get; init; }

    /// <summary>When it may be taken on; of one that is, until when nobody else does.</summary>
    public required DateTimeOffset DueAt { get; init; }
}

/// <summary>A run whose ticket doesn't follow yet.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Aim">The stage that it is at.</param>
public sealed record DueTransition(string RunId, TicketStage Aim);
