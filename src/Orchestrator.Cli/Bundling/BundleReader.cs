using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Orchestrator.TaskHub.Replays;

namespace Orchestrator.Cli.Bundling;

/// <summary>A bundle that is open to be replayed. Nothing of it is written to the disk.</summary>
internal sealed class BundleReader : IDisposable
{
    private const string Histories = "histories/";
    private const string Extension = ".binpb";

    // What a history may take when it is unpacked: far more than any is, far less than a bomb.
    private const long Largest = 256L << 20;

    private readonly ZipArchive _archive;
    private readonly string _path;

    private BundleReader(ZipArchive archive, string path, BundleManifest manifest)
    {
        _archive = archive;
        _path = path;
        Manifest = manifest;
    }

    public BundleManifest Manifest { get; }

    /// <summary>How many histories it holds.</summary>
    public int Count => Manifest.Files.Count(file => file.Name.StartsWith(Histories, StringComparison.Ordinal));

    /// <summary>Where a history stands in a bundle.</summary>
    public static string NameOf(StoredHistory history) => string.Create(
        CultureInfo.InvariantCulture, $"{Histories}{Uri.EscapeDataString(history.InstanceId)}.{history.Generation}{Extension}");

    /// <exception cref="BadInputException">It is no bundle, or one of a format that this build doesn't know.</exception>
    public static async Task<BundleReader> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException($"There is no file {path}; 'orchestrator bundle RUN' makes one.");
        }

        ZipArchive? archive = null;
        try
        {
            archive = ZipFile.OpenRead(path);
            ZipArchiveEntry entry = archive.GetEntry(BundleManifest.Name) ?? throw new InvalidDataException($"It has no {BundleManifest.Name}.");
            await using Stream stream = entry.Open();
            BundleManifest? manifest = await JsonSerializer.DeserializeAsync(stream, CliJson.Default.BundleManifest, cancellationToken);
            return manifest is { Format: BundleManifest.CurrentFormat }
                ? new BundleReader(archive, path, manifest)
                : throw new InvalidDataException($"It is of format {manifest?.Format}; this build knows {BundleManifest.CurrentFormat}.");
        }
        catch (Exception failure) when (failure is InvalidDataException or JsonException)
        {
            archive?.Dispose();
            throw new BadInputException($"{path} is no bundle of a run: {failure.Message}");
        }
    }

    /// <summary>The histories; each file, also those without histories, must be what the manifest says.</summary>
    /// <exception cref="BadInputException">A file was changed, or is missing.</exception>
    public async IAsyncEnumerable<StoredHistory> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (BundledFile file in Manifest.Files)
        {
            byte[] content = await ReadAsync(file, cancellationToken);
            if (file.Name.StartsWith(Histories, StringComparison.Ordinal))
            {
                yield return Parse(file.Name, content);
            }
        }
    }

    public void Dispose() => _archive.Dispose();

    private async Task<byte[]> ReadAsync(BundledFile file, CancellationToken cancellationToken)
    {
        ZipArchiveEntry? entry = _archive.GetEntry(file.Name);
        if (entry is null || entry.Length != file.Length || file.Length > Largest)
        {
            throw Damaged(file.Name);
        }

        byte[] content = new byte[file.Length];
        await using Stream stream = entry.Open();
        try
        {
            await stream.ReadExactlyAsync(content, cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(file.Name);
        }

        return Convert.ToHexStringLower(SHA256.HashData(content)) == file.Sha256 ? content : throw Damaged(file.Name);
    }

    private StoredHistory Parse(string name, byte[] content)
    {
        string generation = name[..^Extension.Length].Split('.')[^1];
        try
        {
            return StoredHistory.Parse(content, int.Parse(generation, NumberStyles.None, CultureInfo.InvariantCulture));
        }
        catch (Exception failure) when (failure is InvalidDataException or FormatException)
        {
            throw Damaged(name);
        }
    }

    private BadInputException Damaged(string file) =>
        new($"{_path}: {file} isn't what the bundle's manifest says. The archive was changed or cut off; have it made again with 'orchestrator bundle'.");
}
