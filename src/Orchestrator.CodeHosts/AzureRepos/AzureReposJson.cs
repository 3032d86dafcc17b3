using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>How Azure Repos is asked, and its answers are read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AzurePage<AzurePullRequest>))]
[JsonSerializable(typeof(AzurePage<AzureLabel>))]
[JsonSerializable(typeof(AzurePage<AzureStatus>))]
[JsonSerializable(typeof(AzurePage<AzureIteration>))]
[JsonSerializable(typeof(AzurePage<AzureBuild>))]
[JsonSerializable(typeof(AzurePage<AzureLogLength>))]
[JsonSerializable(typeof(AzureNewPullRequest))]
[JsonSerializable(typeof(AzureNewText))]
[JsonSerializable(typeof(AzureTimeline))]
[JsonSerializable(typeof(AzureRepositoryId))]
internal sealed partial class AzureReposJson : JsonSerializerContext;

/// <summary>A list.</summary>
internal sealed record AzurePage<T>(IReadOnlyList<T> Value);

internal sealed record AzureRepositoryId(string Id);

/// <param name="PullRequestId">Its number, in the whole organization.</param>
/// <param name="Status"><c>active</c>, <c>abandoned</c> or <c>completed</c>.</param>
/// <param name="TargetRefName">What it is meant for.</param>
/// <param name="Description">Its text; in lists, the first 400 characters of it.</param>
/// <param name="ForkSource">Whence it comes, if from another repository.</param>
internal sealed record AzurePullRequest(int PullRequestId, string Status, string TargetRefName, string? Description, JsonElement? ForkSource);

internal sealed record AzureNewPullRequest(string SourceRefName, string TargetRefName, string Title, string Description, bool IsDraft);

internal sealed record AzureNewText(string Description);

internal sealed record AzureLabel(string Name);

/// <summary>What somebody says of a commit, or of a pull request.</summary>
/// <param name="State"><c>notSet</c>, <c>pending</c>, <c>succeeded</c>, <c>failed</c>, <c>error</c> or <c>notApplicable</c>.</param>
/// <param name="Context">By what it is told from others.</param>
/// <param name="Description">In short.</param>
/// <param name="TargetUrl">Where more is said.</param>
/// <param name="Id">Its number: the newest has the highest.</param>
/// <param name="IterationId">The push that a status of a pull request is about; null for none.</param>
internal sealed record AzureStatus(string State, AzureStatusContext Context, string? Description, string? TargetUrl, int? Id = null, int? IterationId = null);

internal sealed record AzureStatusContext(string Name, string? Genre);

/// <summary>A push to the branch of a pull request.</summary>
internal sealed record AzureIteration(int Id, AzureCommit? SourceRefCommit);

internal sealed record AzureCommit(string CommitId);

/// <param name="Id">Its number; a later one has a higher.</param>
/// <param name="Status"><c>completed</c> at its end.</param>
/// <param name="Result">How it ended.</param>
/// <param name="SourceVersion">The commit that was built; of a pull request, one that merges it.</param>
/// <param name="SourceBranch">The branch that was built.</param>
/// <param name="Definition">The pipeline.</param>
/// <param name="TriggerInfo">What it was begun for.</param>
/// <param name="ValidationResults">What is wrong with the pipeline itself.</param>
internal sealed record AzureBuild(
    long Id,
    string Status,
    string? Result,
    string? SourceVersion,
    string? SourceBranch,
    AzureDefinition Definition,
    IReadOnlyDictionary<string, string>? TriggerInfo,
    IReadOnlyList<AzureIssue>? ValidationResults);

internal sealed record AzureDefinition(int Id, string Name);

internal sealed record AzureIssue(string? Message);

internal sealed record AzureTimeline(IReadOnlyList<AzureTimelineRecord>? Records);

/// <summary>A stage, a job or a task of a build.</summary>
internal sealed record AzureTimelineRecord(string? Type, string? Name, string? Result, int? Order, AzureLog? Log, IReadOnlyList<AzureIssue>? Issues);

internal sealed record AzureLog(int Id);

internal sealed record AzureLogLength(int Id, long LineCount);
