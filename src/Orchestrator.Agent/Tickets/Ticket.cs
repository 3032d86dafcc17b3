namespace Orchestrator.Agent.Tickets;

/// <summary>The ticket that a run works on, as it was when somebody with the right to asked for the run; never changed afterwards.</summary>
public sealed record Ticket
{
    public required TicketHost Host { get; init; }

    /// <summary>The source of the settings by which it came in: what calls the host reads its token's variable there.</summary>
    public required string Source { get; init; }

    /// <summary>Where the host's API is, from settings and never from a delivery; null where the host has none (<see cref="TicketHost.Generic"/>).</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>What the host keeps it in: <c>owner/name</c> of GitHub, a project's key of Jira, a project's name of Azure DevOps, what the sender calls it.</summary>
    public required string Repository { get; init; }

    /// <summary>The number of GitHub and Azure DevOps, the key of Jira, what the sender calls it.</summary>
    public required string Number { get; init; }

    /// <summary>Which of its versions was authorised, in the host's words; its texts are those of this version.</summary>
    public required string Revision { get; init; }

    /// <summary>Who wrote it, as approvals know people; null where the host doesn't say.</summary>
    public string? Author { get; init; }

    /// <summary>Somebody's text, as it came.</summary>
    public required string Title { get; init; }

    /// <summary>Its page for people, http or https; null where none is known. Shown, and never fetched.</summary>
    public Uri? Url { get; init; }
}

/// <summary>Whose tickets they are. Stored by name: names stay.</summary>
public enum TicketHost
{
    GitHub,
    Jira,
    AzureDevOps,

    /// <summary>Any system that signs what it sends.</summary>
    Generic,
}
