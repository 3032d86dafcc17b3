namespace Orchestrator.Agent.Intake;

/// <summary>Which ticket systems may have runs made of their tickets.</summary>
public sealed class IntakeOptions
{
    public const string Section = "Intake";

    /// <summary>Runs of tickets that may be at work at once; those that wait for a person don't count.</summary>
    public int MostRuns { get; set; } = 8;

    /// <summary>Where tickets come from; nowhere unless the operator names a source.</summary>
    public IList<IntakeSourceOptions> Sources { get; init; } = [];
}

/// <summary>A source of tickets, as settings name it.</summary>
public sealed record IntakeSourceOptions
{
    /// <summary>The last part of the address that deliveries are sent to.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary><c>github</c>, <c>jira</c>, <c>azure-devops</c> or <c>generic</c>.</summary>
    public string Kind { get; set; } = string.Empty;

    public string Tenant { get; set; } = "local";

    /// <summary>Teams take turns; the source's name where none is said.</summary>
    public string? Team { get; set; }

    /// <summary>The environment variables with the keys that deliveries are signed by; of several, any fits.</summary>
    public IList<string> SecretEnv { get; init; } = [];

    public IntakeTriggerOptions Trigger { get; init; } = new();

    /// <summary>The repositories (of GitHub), projects (of Jira and Azure DevOps) or queues whose tickets count, and where their files are.</summary>
    public Dictionary<string, IntakeWorkspaceOptions> Repositories { get; init; } = [];

    /// <summary>The task file that a ticket fills; a relative path leads from the data folder.</summary>
    public string Template { get; set; } = string.Empty;

    /// <summary>The higher, the sooner among the tickets of one team.</summary>
    public int Priority { get; set; }

    /// <summary>Runs of this source that may be at work at once.</summary>
    public int MostRuns { get; set; } = 4;

    /// <summary>Has each ticket bear a comment that says how its run stands; off unless it is asked for, since it takes a right to write.</summary>
    public bool StatusComment { get; set; }

    /// <summary>The states that tickets are put into as their runs go on; null to leave them alone.</summary>
    public IntakeTransitionOptions? Transitions { get; set; }

    /// <summary>Where the tickets can be read again; needed where a delivery is only a hint.</summary>
    public IntakeApiOptions? Api { get; set; }
}

/// <summary>What asks for a run, and who may ask, as settings name it.</summary>
public sealed record IntakeTriggerOptions
{
    /// <summary>The label or tag that asks for a run; null where none does.</summary>
    public string? Label { get; set; }

    /// <summary>The first line of a comment that asks for a run, as in <c>/orchestrator run</c>; null where none does.</summary>
    public string? Command { get; set; }

    /// <summary>Who may ask, by the name that the ticket system knows them by; a program only if it stands here.</summary>
    public IList<string> Authors { get; init; } = [];

    /// <summary>Of GitHub: who else may ask, by what they are to the repository, as in <c>MEMBER</c>; OWNER, MEMBER and COLLABORATOR where nothing is said.</summary>
    public IList<string> Associations { get; init; } = [];

    /// <summary>Who people of the ticket system are here, by the subject or name that approvals know them by.</summary>
    public Dictionary<string, string> People { get; init; } = [];
}

/// <summary>The states that tickets are put into: of Jira a transition or the status that it leads to, of Azure DevOps a state, of GitHub a label.</summary>
public sealed record IntakeTransitionOptions
{
    /// <summary>When the run begins; null for none.</summary>
    public string? Started { get; set; }

    /// <summary>When the run was accepted; null for none.</summary>
    public string? Accepted { get; set; }

    /// <summary>When the run has ended in any other way; null for none.</summary>
    public string? Failed { get; set; }
}

/// <summary>Where the files of a repository's tickets are.</summary>
public sealed record IntakeWorkspaceOptions
{
    public string Source { get; set; } = string.Empty;

    public string? Ref { get; set; }
}

/// <summary>Where a ticket system answers questions.</summary>
public sealed record IntakeApiOptions
{
    public Uri? Url { get; set; }

    /// <summary>Whom the token is of, where the system wants to know that.</summary>
    public string? User { get; set; }

    /// <summary>The environment variable with the token.</summary>
    public string? TokenEnv { get; set; }
}
