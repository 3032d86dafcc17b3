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
/// <param name="LastMergeSourceCommit">What it brought when it was last merged for a try.</param>
/// <param name="LastMergeCommit">The commit that merged that; null while it is made, or where it can't be.</param>
internal sealed record AzurePullRequest(
    int PullRequestId, string Status, string TargetRefName, string? Description, JsonElement? ForkSource, AzureCommit? LastMergeSourceCommit, AzureCommit? LastMergeCommit);

internal sealed record AzureNewPullRequest(string SourceRefName, string TargetRefName, string Title, string Description, bool IsDraft);

internal sealed record AzureNewText(string Description);

internal sealed record AzureLabel(string Name);

/// <summary>What somebody says of a commit, or of a pull request.</summary>
/// <param name="State"><c>pending</c>, <c>succeeded</c>, <c>failed</c>, <c>error</c> or <c>notApplicable</c>; <c>notSet</c>, or null, where it says nothing yet.</param>
/// <param name="Context">By what it is told from others.</param>
/// <param name="Description">In short.</param>
/// <param name="TargetUrl">Where more is said.</param>
/// <param name="Id">Its number: the newest has the highest.</param>
/// <param name="IterationId">The push that a status of a pull request is about; null for none.</param>
internal sealed record AzureStatus(string? State, AzureStatusContext Context, string? Description, string? TargetUrl, int? Id = null, int? IterationId = null);

internal sealed record AzureStatusContext(string Name, string? Genre);

/// <summary>A push to the branch of a pull request.</summary>
internal sealed record AzureIteration(int Id, AzureCommit? SourceRefCommit);

internal sealed record AzureCommit(string CommitId);
