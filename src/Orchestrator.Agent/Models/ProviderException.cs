namespace Orchestrator.Agent.Models;

/// <summary>A model could not be asked; thrown after the provider layer has spent its own attempts.</summary>
public sealed class ProviderException(ProviderFailure failure, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public ProviderFailure Failure { get; } = failure;

    /// <summary>The provider could not be asked now; nothing says that the same request can't be answered later.</summary>
    public bool IsProviderFault => Failure is not (ProviderFailure.Refused or ProviderFailure.ContextTooLong);

    /// <summary>Requests that were sent; each may have been billed. 0 if the model was never asked.</summary>
    public int Attempts { get; init; }

    /// <summary>The last request was not sent: it would have had to wait longer than the provider layer waits itself.</summary>
    public bool WasHeldBack { get; init; }

    /// <summary>The provider has an answer in the background, or works on it, that could not be looked at now.</summary>
    public bool IsAnswerUnderway { get; init; }

    /// <summary>The provider had begun an answer in the background that can't be fetched any more: it may be billed.</summary>
    public bool IsAnswerLost { get; init; }

    /// <summary>An answer may be billed that nobody has.</summary>
    public bool IsBilled => IsAnswerLost || Failure == ProviderFailure.Unreadable;

    /// <summary>Of the attempts that a turn has, those that are spent if it is put off: not the one that is put off.</summary>
    public int SpentAttempts => WasHeldBack ? Attempts : IsAnswerLost ? Math.Max(Attempts, 1) : Math.Max(Attempts - 1, 0);

    /// <summary>When the provider said to come back, if that is longer than the provider layer waits itself; or when to try what was held back.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>What the caller can do about a failed request.</summary>
public enum ProviderFailure
{
    /// <summary>Too many requests; the attempts are spent.</summary>
    RateLimited,

    /// <summary>The provider failed or its stream broke; the attempts are spent.</summary>
    Overloaded,

    /// <summary>No connection could be made.</summary>
    Unreachable,

    /// <summary>The provider still works on the answer, in the background: it is there to be fetched later.</summary>
    Underway,

    /// <summary>The prompt exceeds the model's window.</summary>
    ContextTooLong,

    /// <summary>The answer ended, and is billed, but it can't be read.</summary>
    Unreadable,

    /// <summary>The provider refuses the content.</summary>
    Refused,

    /// <summary>The key is missing or refused.</summary>
    Unauthorized,

    /// <summary>The account has no quota or no credit left; somebody has to see to that.</summary>
    QuotaSpent,

    /// <summary>Nobody knows the model, or the endpoint has nothing at that address.</summary>
    NotFound,

    /// <summary>The provider says that the request is wrong.</summary>
    Misconfigured,
}
