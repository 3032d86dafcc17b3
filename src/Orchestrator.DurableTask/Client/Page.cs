namespace Microsoft.DurableTask;

/// <summary>A part of a long list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
public sealed class Page<T>
    where T : notnull
{
    /// <summary>Makes a page.</summary>
    /// <param name="values">What is on it.</param>
    /// <param name="continuationToken">What to ask for the next page with; null on the last one.</param>
    public Page(IReadOnlyList<T> values, string? continuationToken = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
        ContinuationToken = continuationToken;
    }

    /// <summary>What is on the page.</summary>
    public IReadOnlyList<T> Values { get; }

    /// <summary>What to ask for the next page with; null on the last one.</summary>
    public string? ContinuationToken { get; }
}
