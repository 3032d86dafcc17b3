using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Audit;

namespace Orchestrator.Cli.Auditing;

/// <summary>Entries of the audit as lines of JSON, in their order.</summary>
internal static class AuditFile
{
    private const int Page = 500;

    /// <exception cref="BadInputException">It can't be written there.</exception>
    public static Stream Create(string path)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path} can't be written: {failure.Message} Name another file with --out.");
        }
    }

    /// <summary>Writes what is there, page by page; what is appended meanwhile is taken along.</summary>
    /// <returns>How many entries.</returns>
    public static async Task<long> WriteAsync(Stream target, IAuditStore audit, string? run, CancellationToken cancellationToken)
    {
        long written = 0;
        await foreach (AuditEntry entry in StoredAsync(audit, run, cancellationToken))
        {
            await target.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(entry, AgentJson.Default.AuditEntry), cancellationToken);
            await target.WriteAsync("\n"u8.ToArray(), cancellationToken);
            written++;
        }

        await target.FlushAsync(cancellationToken);
        return written;
    }

    /// <summary>The entries of the store.</summary>
    public static async IAsyncEnumerable<AuditEntry> StoredAsync(IAuditStore audit, string? run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long after = 0;
        IReadOnlyList<AuditEntry> page;
        do
        {
            page = await audit.ReadAsync(after, run, Page, cancellationToken);
            foreach (AuditEntry entry in page)
            {
                yield return entry;
                after = entry.Sequence;
            }
        }
        while (page.Count == Page);
    }

    /// <summary>The entries of a file.</summary>
    /// <exception cref="BadInputException">There is no such file, or a line of it is no entry.</exception>
    public static async IAsyncEnumerable<AuditEntry> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException($"There is no file {path}; 'orchestrator audit export --out FILE' writes one.");
        }

        int number = 0;
        await foreach (string line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            yield return Parse(line, path, number);
        }
    }

    private static AuditEntry Parse(string line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AgentJson.Default.AuditEntry) ?? throw new JsonException("null is no entry.");
        }
        catch (JsonException failure)
        {
            throw new BadInputException($"{path}, line {number}, is no entry of an audit: {failure.Message}");
        }
    }
}
