using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Intake.Comments;

/// <summary>How comments are written to Jira and Azure DevOps, and read there.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(JiraComment))]
[JsonSerializable(typeof(JiraCommentPage))]
[JsonSerializable(typeof(NewWorkItemComment))]
[JsonSerializable(typeof(WorkItemComment))]
[JsonSerializable(typeof(WorkItemCommentPage))]
internal sealed partial class CommentJson : JsonSerializerContext;

/// <summary>A comment of Jira; one that isn't there yet has no id.</summary>
internal sealed record JiraComment(string? Id = null, string? Body = null);

/// <summary>Some of an issue's comments.</summary>
internal sealed record JiraCommentPage(int Total, IReadOnlyList<JiraComment> Comments);

/// <summary>A comment as it is given to Azure DevOps.</summary>
internal sealed record NewWorkItemComment(string Text);

/// <summary>A comment of Azure DevOps.</summary>
internal sealed record WorkItemComment(long Id, string? Text = null);

/// <summary>Some of a work item's comments.</summary>
/// <param name="Comments">The comments.</param>
/// <param name="ContinuationToken">Where the next ones begin; null behind the last.</param>
internal sealed record WorkItemCommentPage(IReadOnlyList<WorkItemComment> Comments, string? ContinuationToken = null);
