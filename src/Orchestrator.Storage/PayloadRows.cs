using System.Security.Cryptography;
using Orchestrator.Agent.Stores;
using Orchestrator.Sql;
using Orchestrator.Storage.Bulk;

namespace Orchestrator.Storage;

/// <summary>
/// Payloads: up to 64 KiB as rows, in the transaction that refers to them; larger ones as files or blobs, kept before anything
/// refers to them.
/// </summary>
internal sealed class PayloadRows(RunDatabase database, IBulkStore bulk) : IPayloadStore
{
    internal const int LongestRow = 64 * 1024;

    public async Task<BlobRef> PutAsync(string run, string kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        BlobRef reference = await PrepareAsync(run, kind, content, cancellationToken);
        await database.WriteAsync(connection => Add(connection, run, reference, content), cancellationToken);
        return reference;
    }

    public async Task<ReadOnlyMemory<byte>> GetAsync(string run, BlobRef reference, CancellationToken cancellationToken)
    {
        byte[]? body = await database.ReadAsync(
            connection => connection.Find(
                "SELECT body FROM payloads WHERE run_id = $1 AND hash = $2",
                reader => reader.IsDBNull(0) ? [] : reader.GetFieldValue<byte[]>(0),
                run, reference.Hash),
            cancellationToken);
        if (body is null)
        {
            throw new FileNotFoundException($"Run {run} has no payload {reference.Hash}.");
        }

        bool isRow = body.Length > 0 || reference.Length == 0;
        byte[] content = isRow ? body : await ReadBulkAsync(run, reference.Hash, cancellationToken);
        string actual = HashOf(content);
        return actual == reference.Hash
            ? content
            : throw new InvalidDataException(
                $"The payload {reference.Hash} of run {run} does not match its hash: {reference.Length} bytes were kept, {content.Length} with the hash {actual} "
                + $"are read; {(isRow ? "the run database" : bulk.Place)} is damaged.");
    }

    public async Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        int deleted = 0;
        await foreach (KeptBulk kept in bulk.ListAsync(cancellationToken))
        {
            if (kept.KeptAt < before && await IsUnreferencedAsync(kept, cancellationToken) && await bulk.DeleteAsync(kept, cancellationToken))
            {
                deleted++;
            }
        }

        return deleted;
    }

    public Task DeleteAllAsync(string run, CancellationToken cancellationToken) => bulk.DeleteAllAsync(run, cancellationToken);

    public async Task<PayloadPlace> CheckAsync(CancellationToken cancellationToken) => new(bulk.Place, await bulk.CheckAsync(cancellationToken));

    /// <summary>Names the content, and has it kept if it is too large for a row.</summary>
    internal async Task<BlobRef> PrepareAsync(string run, string kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var reference = new BlobRef(HashOf(content.Span), content.Length, kind);
        if (content.Length > LongestRow)
        {
            await bulk.KeepAsync(run, reference.Hash, content, cancellationToken);
        }

        return reference;
    }

    internal static void Add(SqlSession connection, string run, BlobRef reference, ReadOnlyMemory<byte> content) => connection.Execute(
        "INSERT INTO payloads(run_id, hash, length, kind, body) VALUES($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        run, reference.Hash, reference.Length, reference.Kind, content.Length > LongestRow ? null : content.ToArray());

    private static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private async Task<byte[]> ReadBulkAsync(string run, string hash, CancellationToken cancellationToken)
    {
        try
        {
            return await bulk.ReadAsync(run, hash, cancellationToken);
        }
        catch (FileNotFoundException failure)
        {
            throw new FileNotFoundException($"The payload {hash} of run {run} is gone; {bulk.Place} is damaged.", failure);
        }
    }

    /// <summary>What belongs to runs that this database doesn't know may be somebody else's.</summary>
    private Task<bool> IsUnreferencedAsync(KeptBulk kept, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find(
            """
            SELECT EXISTS(SELECT 1 FROM runs WHERE run_id = $1) AND NOT EXISTS(SELECT 1 FROM payloads WHERE run_id = $1 AND hash = $2)
              AND NOT EXISTS(SELECT 1 FROM run_files WHERE run_id = $1 AND hash = $2)
            """,
            reader => reader.GetBoolean(0),
            kept.Run, kept.Hash),
        cancellationToken);
}
