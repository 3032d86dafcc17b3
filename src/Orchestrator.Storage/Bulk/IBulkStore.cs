namespace Orchestrator.Storage.Bulk;

/// <summary>Keeps the bytes of payloads that are too large for a row, by run and hash. Each call may be repeated.</summary>
internal interface IBulkStore
{
    /// <summary>Where that is, for people.</summary>
    string Place { get; }

    /// <summary>Keeps bytes durably. What is kept already is as good as new: it was kept now.</summary>
    /// <exception cref="IOException">They aren't kept; it may pass.</exception>
    Task KeepAsync(string run, string hash, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>The same for what may be more than the memory should hold.</summary>
    /// <param name="run">The run.</param>
    /// <param name="hash">What it hashes to.</param>
    /// <param name="content">It can be read from anywhere.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">It isn't kept, since it does not hash to that, or cannot be now; it may pass.</exception>
    Task KeepAsync(string run, string hash, Stream content, CancellationToken cancellationToken);

    /// <summary>Reads what is there, whether or not it is what was kept.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    /// <exception cref="IOException">It can't be read; it may pass.</exception>
    Task<byte[]> ReadAsync(string run, string hash, CancellationToken cancellationToken);

    /// <inheritdoc cref="ReadAsync"/>
    Task CopyAsync(string run, string hash, Stream target, CancellationToken cancellationToken);

    /// <summary>All that is kept, in no order.</summary>
    /// <exception cref="IOException">It can't be listed; it may pass.</exception>
    IAsyncEnumerable<KeptBulk> ListAsync(CancellationToken cancellationToken);

    /// <summary>Deletes what was listed, unless it was kept again since.</summary>
    /// <returns>Whether it is gone by this call.</returns>
    /// <exception cref="IOException">It can't be deleted; it may pass.</exception>
    Task<bool> DeleteAsync(KeptBulk kept, CancellationToken cancellationToken);

    /// <summary>Deletes all that is kept of a run for which nobody keeps anything any more.</summary>
    /// <exception cref="IOException">Something of it can't be deleted; it may pass.</exception>
    Task DeleteAllAsync(string run, CancellationToken cancellationToken);

    /// <summary>Looks whether it can be used.</summary>
    /// <returns>What is in the way, and how to mend it; null for nothing.</returns>
    Task<string?> CheckAsync(CancellationToken cancellationToken);
}
