using System.Text.Json.Serialization;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>The stages of a build with their jobs and tasks, in no order.</summary>
internal sealed record AzureTimeline(IReadOnlyList<AzureTimelineRecord>? Records)
{
    /// <summary>Stages, phases, jobs and tasks are four.</summary>
    private const int Deepest = 10;

    /// <summary>As the build's page has them: by the places of what they are in, then by their own.</summary>
    public IEnumerable<AzureTimelineRecord> InOrder()
    {
        ILookup<string, AzureTimelineRecord> known = (Records ?? []).ToLookup(record => record.Id, StringComparer.Ordinal);
        return (Records ?? []).OrderBy(PlaceOf, StringComparer.Ordinal);

        string PlaceOf(AzureTimelineRecord record)
        {
            string place = string.Empty;
            AzureTimelineRecord? at = record;
            for (int depth = 0; at is not null && depth < Deepest; depth++)
            {
                place = $"{at.Order ?? 0:D8}/{place}";
                at = at.ParentId is { } parent ? known[parent].FirstOrDefault() : null;
            }

            return place;
        }
    }
}

/// <summary>A stage, a job or a task of a build.</summary>
/// <param name="Id">By which others say that they are in it.</param>
/// <param name="ParentId">What it is in; null for nothing.</param>
/// <param name="Type"><c>Stage</c>, <c>Phase</c>, <c>Job</c>, <c>Task</c> and others.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Order">Its place in what it is in.</param>
/// <param name="Log">What it wrote.</param>
/// <param name="Issues">Its errors and warnings.</param>
internal sealed record AzureTimelineRecord(
    string Id, string? ParentId, string? Type, string? Name, string? Result, int? Order, AzureLog? Log, IReadOnlyList<AzureIssue>? Issues)
{
    [JsonIgnore]
    public IEnumerable<string> Errors => (Issues ?? []).Where(issue => issue.Type == "error").Select(issue => issue.Message).OfType<string>();
}

internal sealed record AzureLog(int Id);

internal sealed record AzureLogLength(int Id, long LineCount);
