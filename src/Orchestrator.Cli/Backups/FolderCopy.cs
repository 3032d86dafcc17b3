using System.Buffers;
using System.Security.Cryptography;
using Orchestrator.Files;

namespace Orchestrator.Cli.Backups;

/// <summary>Copies the files of a folder that others may change meanwhile, with their permissions and times, links and empty folders. No link is followed.</summary>
/// <param name="from">The folder.</param>
/// <param name="to">The copy, which nobody else knows yet.</param>
internal sealed class FolderCopy(string from, string to)
{
    /// <summary>What vanishes while it is copied was made into something else, which the next look finds; where that never ends somebody deletes who shouldn't.</summary>
    private const int MostLooks = 20;
    private const int BlockBytes = 1 << 20;

    private readonly string _from = PlainFile.RealPathOf(from);
    private readonly Dictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private readonly SlowWork _work = new();

    /// <summary>Null where all must be readable.</summary>
    private int? _unreadable;

    /// <summary>Of each file that was copied, by its path from the folder, with slashes: SHA-256, lower-case hexadecimal.</summary>
    public IReadOnlyDictionary<string, string> Hashes => _hashes;

    /// <summary>Their length together.</summary>
    public long Bytes { get; private set; }

    /// <summary>Copies what is wanted and not copied yet.</summary>
    /// <param name="isWanted">Told each path from the folder, with slashes, and whether it is a folder; what is in an unwanted folder isn't looked at.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">Something can't be read or written.</exception>
    public async Task CopyAsync(Func<string, bool, bool> isWanted, CancellationToken cancellationToken)
    {
        for (int look = 1; !await TryCopyAsync(string.Empty, isWanted, cancellationToken); look++)
        {
            if (look == MostLooks)
            {
                throw new IOException($"Files of {from} vanish as fast as they are copied; who else deletes there?");
            }
        }
    }

    /// <summary>Copies what of a folder can be had: what vanishes or can't be read is left out.</summary>
    /// <returns>How many files and folders can't be read.</returns>
    public async Task<int> CopyReadableAsync(string folder, CancellationToken cancellationToken)
    {
        _unreadable = 0;
        if (Directory.Exists(Path.Combine(_from, folder)))
        {
            await TryCopyAsync(folder, static (_, _) => true, cancellationToken);
        }

        return _unreadable.Value;
    }

    /// <summary>Notes a file that is in the copy already.</summary>
    public async Task AddAsync(string path, CancellationToken cancellationToken)
    {
        await using FileStream content = File.OpenRead(Path.Combine(to, path));
        await NoteAsync(path, content.Length, await SHA256.HashDataAsync(content, cancellationToken));
    }

    private async Task<bool> TryCopyAsync(string folder, Func<string, bool, bool> isWanted, CancellationToken cancellationToken)
    {
        bool isAll = true;
        try
        {
            WholeFile.CreateFolder(Path.Combine(to, folder));
            foreach (FileSystemInfo found in new DirectoryInfo(Path.Combine(_from, folder)).EnumerateFileSystemInfos())
            {
                cancellationToken.ThrowIfCancellationRequested();
                string path = folder.Length == 0 ? found.Name : $"{folder}/{found.Name}";
                bool isFolder = found is DirectoryInfo { LinkTarget: null };
                if (isWanted(path, isFolder))
                {
                    isAll &= isFolder
                        ? await TryCopyAsync(path, isWanted, cancellationToken)
                        : found.LinkTarget is { } target ? TryLink(path, target) : await TryCopyFileAsync(path, cancellationToken);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (UnauthorizedAccessException) when (_unreadable is not null)
        {
            _unreadable++;
        }

        return isAll;
    }

    private bool TryLink(string path, string target)
    {
        var copy = new FileInfo(Path.Combine(to, path));
        if (copy.LinkTarget is null)
        {
            copy.CreateAsSymbolicLink(target);
        }

        return true;
    }

    private async Task<bool> TryCopyFileAsync(string path, CancellationToken cancellationToken)
    {
        if (_hashes.ContainsKey(path))
        {
            return true;
        }

        try
        {
            // A pipe, or what a link leads to by now, is nothing that anybody wants back.
            await using FileStream? content = PlainFile.OpenRead(Path.Combine(_from, path));
            if (content is not null)
            {
                await CopyContentAsync(path, content, cancellationToken);
            }

            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (UnauthorizedAccessException) when (_unreadable is not null)
        {
            _unreadable++;
            return true;
        }
    }

    private async Task CopyContentAsync(string path, FileStream content, CancellationToken cancellationToken)
    {
        await using var copy = new FileStream(Path.Combine(to, path), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            // What is written to it from now on is of a later moment.
            long left = content.Length;
            while (left > 0 && await content.ReadAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), cancellationToken) is > 0 and var read)
            {
                hash.AppendData(block, 0, read);
                await copy.WriteAsync(block.AsMemory(0, read), cancellationToken);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(copy.SafeFileHandle, File.GetUnixFileMode(content.SafeFileHandle));
        }

        File.SetLastWriteTimeUtc(copy.SafeFileHandle, File.GetLastWriteTimeUtc(content.SafeFileHandle));
        await NoteAsync(path, copy.Length, hash.GetHashAndReset());
    }

    private Task NoteAsync(string path, long length, byte[] hash)
    {
        _hashes[path] = Convert.ToHexStringLower(hash);
        Bytes += length;
        return _work.TellAsync($"copied {_hashes.Count} files, {Bytes >> 20} MiB");
    }
}
