using System.Runtime.CompilerServices;

namespace Microsoft.DurableTask;

/// <summary>Makes long lists of functions that fetch one page.</summary>
public static class Pageable
{
    /// <summary>Makes a list.</summary>
    /// <typeparam name="T">What is listed.</typeparam>
    /// <param name="pageFunc">Fetches a page by its token, null for the first one.</param>
    /// <returns>The list.</returns>
    public static AsyncPageable<T> Create<T>(Func<string?, CancellationToken, Task<Page<T>>> pageFunc)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(pageFunc);
        return new FetchedPages<T>((token, _, cancellation) => pageFunc(token, cancellation));
    }

    /// <summary>Makes a list whose reader may say how large a page should be.</summary>
    /// <typeparam name="T">What is listed.</typeparam>
    /// <param name="pageFunc">Fetches a page by its token, null for the first one, and its size.</param>
    /// <returns>The list.</returns>
    public static AsyncPageable<T> Create<T>(Func<string?, int?, CancellationToken, Task<Page<T>>> pageFunc)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(pageFunc);
        return new FetchedPages<T>(pageFunc);
    }

    private sealed class FetchedPages<T>(Func<string?, int?, CancellationToken, Task<Page<T>>> fetch) : AsyncPageable<T>
        where T : notnull
    {
        public override IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = default, int? pageSizeHint = default) =>
            FetchAsync(continuationToken, pageSizeHint);

        private async IAsyncEnumerable<Page<T>> FetchAsync(
            string? token, int? size, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            do
            {
                Page<T> page = await fetch(token, size, cancellationToken);
                yield return page;
                token = page.ContinuationToken;
            }
            while (!string.IsNullOrEmpty(token));
        }
    }
}
