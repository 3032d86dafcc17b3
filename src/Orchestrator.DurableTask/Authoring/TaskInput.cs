namespace Microsoft.DurableTask;

/// <summary>The step from an untyped input to the type that a task declares.</summary>
internal static class TaskInput
{
    // Absence becomes the default value, also for value types: a caller may leave an input out.
    public static T As<T>(object? input) => input switch
    {
        T typed => typed,
        null => default!,
        _ => throw new ArgumentException($"The input is of type '{input.GetType()}', but '{typeof(T)}' is expected.", nameof(input)),
    };
}
