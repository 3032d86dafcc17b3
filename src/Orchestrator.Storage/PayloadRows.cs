using System.Security.Cryptography;
using Orchestrator.Agent.Stores;
using Orchestrator.Files;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>
/// Payloads: up to 64 KiB as rows, in the transaction that refers to them; larger ones as files, on the disk before anything
/// refers to them.
/// </summary>
internal sealed class PayloadRows(RunDatabase database) : IPayloadStore
{
    internal const int LongestRow = 64 * 1024;

    public async Task<BlobRef> PutAsync(string run, string kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        BlobRef reference = Prepare(run, kind, content);
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

        byte[] content = body.Length == 0 && reference.Length > 0
            ? await ReadFileAsync(run, reference.Hash, cancellationToken)
            : body;
        return HashOf(content) == reference.Hash
            ? content
            : throw new InvalidDataException($"The payload {reference.Hash} of run {run} does not match its hash; the data folder is damaged.");
    }

    /// <summary>Names the content, and writes it to the disk if it is too large for a row.</summary>
    internal BlobRef Prepare(string run, string kind, ReadOnlyMemory<byte> content)
    {
        var reference = new BlobRef(HashOf(content.Span), content.Length, kind);
        string path = PathOf(run, reference.Hash);
        if (content.Length > LongestRow && !File.Exists(path))
        {
            DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
            DurableFile.Write(path, content.Span);
        }

        return reference;
    }

    internal static void Add(PreparedConnection connection, string run, BlobRef reference, ReadOnlyMemory<byte> content) => connection.Execute(
        "INSERT INTO payloads(run_id, hash, length, kind, body) VALUES($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        run, reference.Hash, reference.Length, reference.Kind, content.Length > LongestRow ? null : content.ToArray());

    private static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private string PathOf(string run, string hash) => Path.Combine(database.Data.Payloads, run, hash);

    private async Task<byte[]> ReadFileAsync(string run, string hash, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(run, hash), cancellationToken);
        }
        catch (DirectoryNotFoundException failure)
        {
            throw new FileNotFoundException($"The file of payload {hash} of run {run} is gone; the data folder is damaged.", failure);
        }
    }
}
