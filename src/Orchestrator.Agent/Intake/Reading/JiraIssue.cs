namespace Orchestrator.Agent.Intake.Reading;

/// <summary>An issue as Jira answers it; of its members those that are read.</summary>
internal sealed record JiraIssue(string Key, JiraFields Fields);

/// <summary>What an issue says.</summary>
internal sealed record JiraFields(string? Summary, string? Description, IReadOnlyList<string>? Labels, string? Updated, JiraProject? Project, JiraUser? Creator);

/// <summary>The project of an issue.</summary>
internal sealed record JiraProject(string Key);

/// <summary>Somebody: of the cloud by an account's id, of a server of one's own by a name.</summary>
internal sealed record JiraUser(string? AccountId, string? Name);
