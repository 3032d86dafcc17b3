namespace Orchestrator.Agent.Stores;

/// <summary>Keeps bulk by content, under the run it belongs to. What <see cref="PutAsync"/> returned is durable.</summary>
public interface IPayloadStore
{
    Task<BlobRef> PutAsync(string run, string kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <exception cref="FileNotFoundException">The run has no such payload.</exception>
    /// <exception cref="InvalidDataException">The stored bytes don't match the reference's hash.</exception>
    Task<ReadOnlyMemory<byte>> GetAsync(string run, BlobRef reference, CancellationToken cancellationToken);

    /// <summary>Deletes what belongs to known runs, was kept last before then, and is referred to by nothing.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="IOException">Where they are kept can't be reached; it may pass.</exception>
    Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Deletes the large ones of a run that nobody keeps anything for any more. Repeated, it goes on.</summary>
    /// <exception cref="IOException">Where they are kept can't be reached; it may pass.</exception>
    Task DeleteAllAsync(string run, CancellationToken cancellationToken);

    /// <summary>Looks whether large ones can be kept.</summary>
    Task<PayloadPlace> CheckAsync(CancellationToken cancellationToken);
}
