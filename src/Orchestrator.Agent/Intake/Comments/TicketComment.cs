using System.Security.Cryptography;

namespace Orchestrator.Agent.Intake.Comments;

/// <summary>What is known of the comment that tells a ticket of its run.</summary>
public sealed record TicketComment
{
    public required string RunId { get; init; }

    /// <summary>Random, and stored before the comment is made: who finds a comment by it finds their own.</summary>
    public required string Nonce { get; init; }

    /// <summary>What the host calls it; null while nobody knows whether it is there.</summary>
    public string? Comment { get; init; }

    /// <summary>The digest of what it says.</summary>
    public string? Told { get; init; }

    /// <summary>The event of the run up to which it was told.</summary>
    public long Seen { get; init; }

    /// <summary>The run's pull request, as far as events say.</summary>
    public Uri? PullRequest { get; init; }

    /// <summary>Why the ticket was not where it is to be, when it was told.</summary>
    public string? Unmoved { get; init; }

    /// <summary>Somebody has deleted it, and it was made again; that happens once.</summary>
    public bool IsRemade { get; init; }

    /// <summary>Tries since the last one that went well.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the ticket was not told, in words; null if it was.</summary>
    public string? Failure { get; init; }

    /// <summary>The host refuses: it isn't asked again.</summary>
    public bool IsRefused { get; init; }

    /// <summary>When it may be taken on; of one that is, until when nobody else does.</summary>
    public required DateTimeOffset DueAt { get; init; }

    public TicketMark Mark => new(RunId, Nonce);

    public static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
