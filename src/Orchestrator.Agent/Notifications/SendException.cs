namespace Orchestrator.Agent.Notifications;

/// <summary>A letter that was not taken.</summary>
/// <param name="message">A sentence for an operator, without addresses of hooks and other secrets.</param>
/// <param name="isFinal">It will never be taken as it is.</param>
/// <param name="retryAfter">When the receiver wants it again; null if it doesn't say.</param>
/// <param name="inner">What was behind it.</param>
public sealed class SendException(string message, bool isFinal = false, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public bool IsFinal { get; } = isFinal;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
