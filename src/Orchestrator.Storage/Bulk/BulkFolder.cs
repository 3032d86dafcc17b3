using System.Globalization;
using System.Runtime.CompilerServices;
using Orchestrator.Agent.Stores;
using Orchestrator.Files;

namespace Orchestrator.Storage.Bulk;

/// <summary>Large payloads as files of the data folder.</summary>
internal sealed class BulkFolder(DataFolder data, TimeProvider time) : IBulkStore
{
    /// <summary>A deletion takes no longer than a system call.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Place => "the data folder";

    public Task KeepAsync(string run, string hash, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => KeepAsync(
        run,
        hash,
        path =>
        {
            DurableFile.Write(path, content.Span);
            return Task.CompletedTask;
        },
        cancellationToken);

    public Task KeepAsync(string run, string hash, Stream content, CancellationToken cancellationToken) => KeepAsync(
        run,
        hash,
        path => DurableFile.WriteAsync(
            path,
            async target =>
            {
                await foreach (ArraySegment<byte> piece in BulkPieces.ReadAsync(content, hash, cancellationToken))
                {
                    await target.WriteAsync(piece, cancellationToken);
                }
            }),
        cancellationToken);

    public async Task<byte[]> ReadAsync(string run, string hash, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(run, hash), cancellationToken);
        }
        catch (DirectoryNotFoundException failure)
        {
            throw new FileNotFoundException(failure.Message, failure);
        }
    }

    public async Task CopyAsync(string run, string hash, Stream target, CancellationToken cancellationToken)
    {
        try
        {
            await using FileStream content = File.OpenRead(PathOf(run, hash));
            await content.CopyToAsync(target, cancellationToken);
        }
        catch (DirectoryNotFoundException failure)
        {
            throw new FileNotFoundException(failure.Message, failure);
        }
    }

    public async IAsyncEnumerable<KeptBulk> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = new DirectoryInfo(data.Payloads);
        foreach (DirectoryInfo run in all.Exists ? all.EnumerateDirectories() : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (FileInfo file in run.EnumerateFiles())
            {
                yield return Describe(run.Name, file);
            }
        }

        await Task.CompletedTask;
    }

    public async Task<bool> DeleteAsync(KeptBulk kept, CancellationToken cancellationToken)
    {
        using IDisposable alone = await LockFile.TakeAsync(data.PayloadsLock, Patience, time, cancellationToken) ?? throw IsHeld();
        var file = new FileInfo(PathOf(kept.Run, kept.Hash));
        if (!file.Exists || Describe(kept.Run, file) != kept)
        {
            return false;
        }

        file.Delete();
        return true;
    }

    public async Task DeleteAllAsync(string run, CancellationToken cancellationToken)
    {
        using IDisposable alone = await LockFile.TakeAsync(data.PayloadsLock, Patience, time, cancellationToken) ?? throw IsHeld();
        string folder = Path.Combine(data.Payloads, run);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    private async Task KeepAsync(string run, string hash, Func<string, Task> write, CancellationToken cancellationToken)
    {
        string path = PathOf(run, hash);
        DurableFile.CreateFolder(Path.GetDirectoryName(path)!);

        // Together with others who keep, and with nobody who deletes: what is found must not go before it is renewed.
        using IDisposable keeping = await LockFile.ShareAsync(data.PayloadsLock, Patience, time, cancellationToken) ?? throw IsHeld();
        if (!File.Exists(path))
        {
            await write(path);
        }

        File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
    }

    private static KeptBulk Describe(string run, FileInfo file) =>
        new(run, file.Name, file.LastWriteTimeUtc, file.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture));

    private IOException IsHeld() => new($"Another process has held {data.PayloadsLock} for {Patience.TotalSeconds:0} seconds.");

    private string PathOf(string run, string hash) => Path.Combine(data.Payloads, run, hash);
}
