using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Intake.Reading;

/// <summary>A work item as Azure DevOps answers it; of its members those that are read.</summary>
internal sealed record WorkItem(long Id, int Rev, WorkItemFields Fields);

/// <summary>What a work item says.</summary>
internal sealed record WorkItemFields
{
    [JsonPropertyName("System.TeamProject")]
    public string? Project { get; init; }

    [JsonPropertyName("System.Title")]
    public string? Title { get; init; }

    /// <summary>As HTML, which is shown as it is.</summary>
    [JsonPropertyName("System.Description")]
    public string? Description { get; init; }

    /// <summary>With semicolons between.</summary>
    [JsonPropertyName("System.Tags")]
    public string? Tags { get; init; }

    [JsonPropertyName("System.CreatedBy")]
    public WorkItemPerson? CreatedBy { get; init; }

    [JsonPropertyName("System.ChangedBy")]
    public WorkItemPerson? ChangedBy { get; init; }
}

/// <summary>Somebody, by the name of their account.</summary>
internal sealed record WorkItemPerson(string? UniqueName);
