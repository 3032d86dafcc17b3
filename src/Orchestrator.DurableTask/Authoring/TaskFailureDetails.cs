using System.Reflection;

namespace Microsoft.DurableTask;

/// <summary>Why a task failed, as it is kept in history: an exception's facts without the exception.</summary>
/// <param name="ErrorType">The full name of the exception's type, or a fixed word of the protocol.</param>
/// <param name="ErrorMessage">The exception's message.</param>
/// <param name="StackTrace">Where it was thrown, if that is known.</param>
/// <param name="InnerFailure">What caused it, if anything did.</param>
/// <param name="Properties">Further facts, if there are any.</param>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties)
{
    /// <summary>Whether another attempt cannot help, such as when no worker knows the task.</summary>
    internal bool IsNonRetriable { get; init; }

    /// <summary>The facts of an exception and of its causes.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>The facts.</returns>
    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new TaskFailureDetails(
            exception.GetType().ToString(), exception.Message, exception.StackTrace, CauseOf(exception), null);
    }

    /// <summary>Whether the failure is an exception of a type, or of one derived from it.</summary>
    /// <typeparam name="T">The exception type.</typeparam>
    /// <returns>True if it is; false if it isn't, or if its type is not known in this process.</returns>
    public bool IsCausedBy<T>()
        where T : Exception
        => IsCausedBy(typeof(T));

    /// <summary>Whether the failure is an exception of a type, or of one derived from it.</summary>
    /// <param name="targetBaseExceptionType">The exception type.</param>
    /// <returns>True if it is; false if it isn't, or if its type is not known in this process.</returns>
    /// <exception cref="AmbiguousMatchException">Several loaded assemblies have a type of that name.</exception>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
        {
            throw new ArgumentException($"{targetBaseExceptionType} is not a type of exception.", nameof(targetBaseExceptionType));
        }

        return FindErrorType(targetBaseExceptionType.Assembly) is { } errorType && targetBaseExceptionType.IsAssignableFrom(errorType);
    }

    /// <inheritdoc />
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    private static TaskFailureDetails? CauseOf(Exception exception) => exception switch
    {
        TaskFailedException failed => failed.FailureDetails,
        { InnerException: { } inner } => FromException(inner),
        _ => null,
    };

    private Type? FindErrorType(Assembly likely)
    {
        if (string.IsNullOrEmpty(ErrorType))
        {
            return null;
        }

        if ((Type.GetType(ErrorType, throwOnError: false) ?? likely.GetType(ErrorType, throwOnError: false)) is { } found)
        {
            return found;
        }

        List<Type> matches = [.. AppDomain.CurrentDomain.GetAssemblies()
            .Select(assembly => assembly.GetType(ErrorType, throwOnError: false))
            .OfType<Type>()];
        return matches.Count > 1
            ? throw new AmbiguousMatchException($"Several loaded assemblies have a type '{ErrorType}'.")
            : matches.FirstOrDefault();
    }
}
