namespace DurableTask.Core.Exceptions;

/// <summary>Thrown at a start: an instance of that id exists, and its status forbids replacing it.</summary>
public class OrchestrationAlreadyExistsException : InvalidOperationException
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public OrchestrationAlreadyExistsException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What was found.</param>
    public OrchestrationAlreadyExistsException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What was found.</param>
    /// <param name="innerException">The hub's answer.</param>
    public OrchestrationAlreadyExistsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
