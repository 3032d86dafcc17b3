using System.Text.Json.Serialization;

namespace Orchestrator.Cli.Purging;

/// <summary>What <c>purge --json</c> prints.</summary>
/// <param name="DryRun">Nothing was changed.</param>
/// <param name="Runs">The runs that were looked at, in the order of their ends.</param>
internal sealed record PurgeReport(bool DryRun, IReadOnlyList<ReportedPurge> Runs);

/// <summary>What becomes of one run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="State">What.</param>
/// <param name="Reason">Why it is kept, or what keeps its purge from being done; null if there is nothing to tell.</param>
internal sealed record ReportedPurge(string RunId, PurgeState State, string? Reason);

/// <summary>How far a purge has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PurgeState>))]
internal enum PurgeState
{
    /// <summary>It would be purged, were this no rehearsal.</summary>
    [JsonStringEnumMemberName("due")]
    Due,

    /// <summary>Nothing of it is left.</summary>
    [JsonStringEnumMemberName("purged")]
    Purged,

    /// <summary>It is shown as purged, and the rest goes as soon as that is possible.</summary>
    [JsonStringEnumMemberName("begun")]
    Begun,

    /// <summary>Something still needs it.</summary>
    [JsonStringEnumMemberName("kept")]
    Kept,
}
