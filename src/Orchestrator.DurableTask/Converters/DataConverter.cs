using System.Diagnostics.CodeAnalysis;

namespace Microsoft.DurableTask;

/// <summary>Turns inputs, outputs, events and statuses into text and back.</summary>
public abstract class DataConverter
{
    /// <summary>Writes a value as text.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The text; null for null.</returns>
    [return: NotNullIfNotNull(nameof(value))]
    public abstract string? Serialize(object? value);

    /// <summary>Reads a value from text.</summary>
    /// <param name="data">The text.</param>
    /// <param name="targetType">The type to read it as.</param>
    /// <returns>The value; null for null.</returns>
    [return: NotNullIfNotNull(nameof(data))]
    public abstract object? Deserialize(string? data, Type targetType);

    /// <summary>Reads a value from text.</summary>
    /// <typeparam name="T">The type to read it as.</typeparam>
    /// <param name="data">The text.</param>
    /// <returns>The value; the default value for null.</returns>
    [return: NotNullIfNotNull(nameof(data))]
    public virtual T? Deserialize<T>(string? data) => (T?)(Deserialize(data, typeof(T)) ?? default(T));
}
