using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Approvals;

/// <summary>A question to a person, and what it is bound to. An approval never changes: another digest is another approval.</summary>
public sealed record Approval
{
    /// <summary>The run's id and the checkpoint's place in it; at most 100 characters.</summary>
    public required string Id { get; init; }

    public required string RunId { get; init; }

    public required CheckpointKind Kind { get; init; }

    public required int Turn { get; init; }

    /// <summary>SHA-256 over what would happen and everything that it depends on; a decision must name it.</summary>
    public required string Digest { get; init; }

    /// <summary>What is asked, in one sentence.</summary>
    public required string Question { get; init; }

    /// <summary>Exactly what would run or land: the command, or the diff.</summary>
    public required string Subject { get; init; }

    /// <summary>Why it is asked: the rule, the limit, the evidence.</summary>
    public required string Because { get; init; }

    public DateTimeOffset? OpenedAt { get; init; }

    public ApprovalState State { get; init; } = ApprovalState.Open;

    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? Reason { get; init; }
}

/// <summary>The points where a run waits for a person.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckpointKind>))]
public enum CheckpointKind
{
    [JsonStringEnumMemberName("tool")]
    Tool,

    [JsonStringEnumMemberName("budget")]
    Budget,

    [JsonStringEnumMemberName("final")]
    Final,

    /// <summary>A conversation that has become too long can't be made shorter.</summary>
    [JsonStringEnumMemberName("compaction")]
    Compaction,

    /// <summary>The model goes in circles.</summary>
    [JsonStringEnumMemberName("stuck")]
    Stuck,
}

/// <summary>Where an approval stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalState>))]
public enum ApprovalState
{
    [JsonStringEnumMemberName("open")]
    Open,

    [JsonStringEnumMemberName("approved")]
    Approved,

    [JsonStringEnumMemberName("denied")]
    Denied,

    /// <summary>The run was canceled before anybody decided.</summary>
    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,
}
