using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake;

/// <summary>A source of tickets.</summary>
public sealed record IntakeSource
{
    public required string Name { get; init; }

    public required TicketHost Host { get; init; }

    public required string Tenant { get; init; }

    public required string Team { get; init; }

    /// <summary>The environment variables with the keys; any fits.</summary>
    public required IReadOnlyList<string> SecretVariables { get; init; }

    public required IntakeTrigger Trigger { get; init; }

    public required IReadOnlyDictionary<string, WorkspaceSource> Repositories { get; init; }

    public required TicketTemplate Template { get; init; }

    public int Priority { get; init; }

    public int MostRuns { get; init; }

    /// <summary>Tickets bear a comment that says how their run stands.</summary>
    public bool StatusComment { get; init; }

    /// <summary>The states that its tickets are put into; null where they are left alone.</summary>
    public TicketStates? States { get; init; }

    /// <summary>Where the host's API is, as tickets of this source have it; null where the host has none.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Null where tickets are taken as they come.</summary>
    public IntakeApi? Api { get; init; }
}

/// <summary>Where a ticket system answers questions.</summary>
/// <param name="Url">Its address, from settings alone.</param>
/// <param name="User">Whom the token is of; null where it doesn't matter.</param>
/// <param name="TokenVariable">The environment variable with the token.</param>
public sealed record IntakeApi(Uri Url, string? User, string TokenVariable);
