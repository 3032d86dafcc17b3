using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Intake.Transitions;

/// <summary>How states are read from Jira and Azure DevOps, and changed there.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(JiraIssueState))]
[JsonSerializable(typeof(JiraTransitions))]
[JsonSerializable(typeof(JiraStep))]
[JsonSerializable(typeof(WorkItemState))]
[JsonSerializable(typeof(FieldChange[]))]
internal sealed partial class TransitionJson : JsonSerializerContext;

/// <summary>An issue of Jira, read for its status.</summary>
internal sealed record JiraIssueState(JiraStateFields Fields);

/// <summary>What is read of it.</summary>
internal sealed record JiraStateFields(JiraStatus Status);

/// <summary>A status, by the name that people know.</summary>
internal sealed record JiraStatus(string Name);

/// <summary>What an issue's workflow offers to the account that asks.</summary>
internal sealed record JiraTransitions(IReadOnlyList<JiraTransition> Transitions);

/// <summary>A way to another status.</summary>
internal sealed record JiraTransition(string Id, string Name, JiraStatus To);

/// <summary>Asks for a transition.</summary>
internal sealed record JiraStep(JiraStepName Transition);

/// <summary>The transition that is asked for.</summary>
internal sealed record JiraStepName(string Id);

/// <summary>A work item of Azure DevOps, read for its state.</summary>
internal sealed record WorkItemState(WorkItemStateFields Fields);

/// <summary>What is read of it.</summary>
internal sealed record WorkItemStateFields([property: JsonPropertyName("System.State")] string? State = null);

/// <summary>A change of one field (RFC 6902).</summary>
internal sealed record FieldChange(string Op, string Path, string Value);
