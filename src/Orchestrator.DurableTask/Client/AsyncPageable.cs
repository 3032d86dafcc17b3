namespace Microsoft.DurableTask;

/// <summary>A long list that is fetched page by page as it is read.</summary>
/// <typeparam name="T">What is listed.</typeparam>
public abstract class AsyncPageable<T> : IAsyncEnumerable<T>
    where T : notnull
{
    /// <summary>Reads the list by pages.</summary>
    /// <param name="continuationToken">Where to go on, from an earlier page; null for the beginning.</param>
    /// <param name="pageSizeHint">How much a page should hold; null for the list's own choice.</param>
    /// <returns>The pages.</returns>
    public abstract IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = default, int? pageSizeHint = default);

    /// <summary>Reads the list one by one.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The enumerator.</returns>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (Page<T> page in AsPages().WithCancellation(cancellationToken))
        {
            foreach (T value in page.Values)
            {
                yield return value;
            }
        }
    }
}
