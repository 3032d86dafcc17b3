using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>A build of Azure Pipelines.</summary>
/// <param name="Id">Its number; a later one has a higher.</param>
/// <param name="Status"><c>completed</c> at its end.</param>
/// <param name="Result">How it ended.</param>
/// <param name="SourceVersion">The commit that was built; of a pull request, one that merges it.</param>
/// <param name="SourceBranch">The branch that was built.</param>
/// <param name="Definition">The pipeline.</param>
/// <param name="TriggerInfo">What it was begun for.</param>
/// <param name="Parameters">The variables that it was begun with, as the text of an object.</param>
/// <param name="ValidationResults">What is wrong with the pipeline itself.</param>
internal sealed record AzureBuild(
    long Id,
    string Status,
    string? Result,
    string? SourceVersion,
    string? SourceBranch,
    AzureDefinition Definition,
    IReadOnlyDictionary<string, string>? TriggerInfo,
    string? Parameters,
    IReadOnlyList<AzureIssue>? ValidationResults)
{
    /// <summary>The commit that the pull request brought when it was built; null where the build doesn't say it.</summary>
    [JsonIgnore]
    public string? PullRequestCommit => FindVariable("system.pullRequest.sourceCommitId") ?? TriggerInfo?.GetValueOrDefault("pr.sourceSha");

    private string? FindVariable(string name)
    {
        try
        {
            using JsonDocument variables = JsonDocument.Parse(Parameters ?? "{}");
            return variables.RootElement.ValueKind == JsonValueKind.Object && variables.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (JsonException)
        {
            // Whoever begins a build may write there what they like.
            return null;
        }
    }
}

internal sealed record AzureDefinition(int Id, string Name);

/// <param name="Type"><c>error</c> or <c>warning</c>; null of what is wrong with a pipeline itself.</param>
/// <param name="Message">In words.</param>
internal sealed record AzureIssue(string? Type, string? Message);
