namespace DurableTask.Core;

/// <summary>Why something failed, as histories say it.</summary>
public sealed class FailureDetails
{
    internal FailureDetails(Microsoft.DurableTask.TaskFailureDetails failure)
    {
        ErrorType = failure.ErrorType;
        ErrorMessage = failure.ErrorMessage;
        StackTrace = failure.StackTrace;
        InnerFailure = failure.InnerFailure is null ? null : new FailureDetails(failure.InnerFailure);
        IsNonRetriable = failure.IsNonRetriable;
    }

    /// <summary>The full name of the exception's type, or a fixed word of the protocol.</summary>
    public string ErrorType { get; }

    /// <summary>The exception's message.</summary>
    public string ErrorMessage { get; }

    /// <summary>Where it was thrown, if that is known.</summary>
    public string? StackTrace { get; }

    /// <summary>What caused it, if anything did.</summary>
    public FailureDetails? InnerFailure { get; }

    /// <summary>Whether another attempt cannot help.</summary>
    public bool IsNonRetriable { get; }

    /// <inheritdoc />
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";
}
