using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Cli.Bundling;

/// <summary>Writes the files of a bundle one by one, and the manifest at the end.</summary>
internal sealed class BundleWriter(Stream target) : IDisposable
{
    // The same run gives the same bytes, whenever it is bundled.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _archive = new(target, ZipArchiveMode.Create);
    private readonly List<BundledFile> _files = [];

    public Task AddAsync<T>(string name, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        AddAsync(name, JsonSerializer.SerializeToUtf8Bytes(value, type), cancellationToken);

    /// <summary>Adds values as lines of JSON.</summary>
    public async Task AddLinesAsync<T>(string name, IAsyncEnumerable<T> values, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var lines = new MemoryStream();
        await foreach (T value in values)
        {
            JsonSerializer.Serialize(lines, value, type);
            lines.WriteByte((byte)'\n');
        }

        await AddAsync(name, lines.ToArray(), cancellationToken);
    }

    public async Task AddAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        _files.Add(new BundledFile(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
        await WriteAsync(name, content, cancellationToken);
    }

    /// <summary>Writes the manifest; nothing is added after it.</summary>
    public Task FinishAsync(string product, string run, string? auditEnd, CancellationToken cancellationToken) => WriteAsync(
        BundleManifest.Name,
        JsonSerializer.SerializeToUtf8Bytes(
            new BundleManifest(BundleManifest.CurrentFormat, product, run, auditEnd, _files), CliJson.Default.BundleManifest),
        cancellationToken);

    public void Dispose() => _archive.Dispose();

    private async Task WriteAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        ZipArchiveEntry entry = _archive.CreateEntry(name);
        entry.LastWriteTime = NoTime;
        await using Stream file = entry.Open();
        await file.WriteAsync(content, cancellationToken);
    }
}
