namespace Orchestrator.Agent.Stores;

/// <summary>Keeps bulk by content, under the run it belongs to. What <see cref="PutAsync"/> returned is durable.</summary>
public interface IPayloadStore
{
    Task<BlobRef> PutAsync(string run, string kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <exception cref="FileNotFoundException">The run has no such payload.</exception>
    /// <exception cref="InvalidDataException">The stored bytes don't match the reference's hash.</exception>
    Task<ReadOnlyMemory<byte>> GetAsync(string run, BlobRef reference, CancellationToken cancellationToken);
}
