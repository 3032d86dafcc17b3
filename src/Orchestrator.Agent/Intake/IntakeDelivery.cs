using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Intake;

/// <summary>What a ticket system has sent, signed by a key of its source.</summary>
public sealed record IntakeDelivery
{
    /// <summary>What verbs name it by; 0 before it is stored.</summary>
    public long Id { get; init; }

    public required string Source { get; init; }

    public required string Tenant { get; init; }

    public required string Team { get; init; }

    /// <summary>What the sender calls it.</summary>
    public required string SenderId { get; init; }

    /// <summary>SHA-256 of the event's name and of the body, byte for byte, in lower-case hex.</summary>
    public required string BodyHash { get; init; }

    /// <summary>What it tells of, as in <c>issues.labeled</c>.</summary>
    public required string Event { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DeliveryState State { get; init; }

    /// <summary>Why it stands so, as a sentence; null where that needs no word.</summary>
    public string? Reason { get; init; }

    /// <summary>The ticket that it asks for a run of, whatever its revision; null where it asks for none.</summary>
    public string? TicketKey { get; init; }

    /// <summary>What it asks for, for as long as that may become a run.</summary>
    public Wish? Wish { get; init; }

    public int Priority { get; init; }

    public int Attempts { get; init; }

    /// <summary>When it may be made a run, or tried again.</summary>
    public DateTimeOffset DueAt { get; init; }

    public string? RunId { get; init; }
}

/// <summary>Where a delivery stands. Stored by name: names stay.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    /// <summary>It will be made a run.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>It has been made a run.</summary>
    [JsonStringEnumMemberName("started")]
    Started,

    /// <summary>It asks for nothing, or for what is there already.</summary>
    [JsonStringEnumMemberName("ignored")]
    Ignored,

    /// <summary>It asks for what it may not have.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>It could not be made a run and was given up; <c>intake retry</c> has it tried again.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
