using System.Collections.Concurrent;
using System.Security.Cryptography;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Stores;
using Orchestrator.Files;
using Orchestrator.Storage.Bulk;

namespace Orchestrator.Storage.RunFiles;

/// <summary>
/// Files of runs as payloads of the container, and what they are called as rows. Bytes are kept before a row refers to them; rows are
/// written by whoever holds the run, and by nobody else.
/// </summary>
internal sealed class ContainerRunFiles(RunDatabase database, RunFileRows rows, IBulkStore bulk) : IRunFiles
{
    private const int AtOnce = 8;
    private const int MostLooks = 5;

    /// <summary>A file that was changed within that time can be changed again without a sign of it; clocks of file systems tick in less.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <summary>How long another of this host may take with the same run: a first pack may be large.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private DataFolder Data => database.Data;

    public async Task KeepAsync(string run, CancellationToken cancellationToken)
    {
        if (Tenure.Current?.Run != run)
        {
            throw new InvalidOperationException($"Files of run {run} are kept outside of a tenure of it: nothing would refuse those of a host that was lost.");
        }

        using IDisposable alone = await AloneAsync(run, cancellationToken);
        var known = (await rows.ListAsync(run, string.Empty, cancellationToken)).ToDictionary(file => file.Name);
        for (int look = 1; ; look++)
        {
            try
            {
                await KeepAsync(run, known, cancellationToken);
                return;
            }
            catch (Exception failure) when (look < MostLooks && failure is FileNotFoundException or DirectoryNotFoundException)
            {
                // It was merged with others while we looked: what was in it is in another by now.
            }
        }
    }

    public async Task FetchAsync(string run, IReadOnlyList<RunFolder> folders, CancellationToken cancellationToken)
    {
        string host = ToolHost.Of(Data).Id;
        if (await rows.IsHeldAsync(run, host, cancellationToken) || !await HasAsync(run, cancellationToken))
        {
            return;
        }

        // Who holds it is asked again once nobody else is at it: this host may take the run over in this very moment.
        using IDisposable alone = await AloneAsync(run, cancellationToken);
        if (await rows.IsHeldAsync(run, host, cancellationToken))
        {
            return;
        }

        foreach (RunFolder folder in folders)
        {
            await FetchAsync(run, folder, await rows.ListAsync(run, LocalRunFiles.PrefixOf(folder), cancellationToken), cancellationToken);
        }
    }

    public Task<bool> HasAsync(string run, CancellationToken cancellationToken) => rows.HasAsync(run, cancellationToken);

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        IEnumerable<(string Run, string Folder)> all =
            from kind in Enum.GetValues<RunFolder>()
            let place = Path.GetDirectoryName(Data.FolderOf("any", kind))
            where Directory.Exists(place)
            from folder in Directory.EnumerateDirectories(place)
            let run = Path.GetFileName(folder).Split('.')[0]
            where folder == Data.FolderOf(run, kind)
            select (run, folder);
        foreach ((string run, string folder) in all.ToList())
        {
            if (await rows.IsPurgedAsync(run, cancellationToken))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private async Task KeepAsync(string run, Dictionary<string, RunFile> known, CancellationToken cancellationToken)
    {
        var local = new LocalRunFiles(Data, run);

        // What refers to others is read before those are looked for: whatever is written meanwhile, all that it refers to is kept.
        RunFile[] referring = await KeepAsync(run, local.List().Where(found => !LocalRunFiles.IsReferredTo(found.Name)), known, cancellationToken);
        RunFile[] referredTo = await KeepAsync(run, local.List().Where(found => LocalRunFiles.IsReferredTo(found.Name)), known, cancellationToken);
        RunFile[] all = [.. referredTo, .. referring];
        await rows.WriteAsync(
            run,
            [.. all.Where(file => known.GetValueOrDefault(file.Name) != file)],
            [.. known.Keys.Except(all.Select(file => file.Name))],
            cancellationToken);
    }

    private async Task<RunFile[]> KeepAsync(
        string run, IEnumerable<(string Name, FileInfo File)> found, Dictionary<string, RunFile> known, CancellationToken cancellationToken)
    {
        var kept = new ConcurrentBag<RunFile>();
        await Parallel.ForEachAsync(
            found.ToList(),
            SideBySide(cancellationToken),
            async (one, token) => kept.Add(await KeepAsync(run, one.Name, one.File, known.GetValueOrDefault(one.Name), token)));
        return [.. kept];
    }

    private async Task<RunFile> KeepAsync(string run, string name, FileInfo file, RunFile? known, CancellationToken cancellationToken)
    {
        DateTime modified = file.LastWriteTimeUtc;
        if (known?.LooksLike(file.Length, modified.Ticks) == true)
        {
            return known;
        }

        await using FileStream content = file.OpenRead();
        string hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        if (known?.Hash != hash)
        {
            content.Position = 0;
            await bulk.KeepAsync(run, hash, content, cancellationToken);
        }

        bool isSettled = modified < database.Time.GetUtcNow().UtcDateTime - Settling;
        return new RunFile(name, hash, content.Length, isSettled ? modified.Ticks : RunFile.Unsettled);
    }

    private async Task FetchAsync(string run, RunFolder folder, IReadOnlyList<RunFile> kept, CancellationToken cancellationToken)
    {
        var local = new LocalRunFiles(Data, run);
        if (kept.Count > 0)
        {
            local.Make(folder);
        }

        ILookup<bool, RunFile> files = kept.ToLookup(file => LocalRunFiles.IsReferredTo(file.Name));
        await FetchAsync(run, local, folder, files[true], cancellationToken);

        // What a lost time left refers to what is no more; what is referred to by nothing does no harm.
        HashSet<string> names = [.. kept.Select(file => file.Name)];
        foreach ((string _, FileInfo left) in local.List(folder).Where(found => !names.Contains(found.Name) && !LocalRunFiles.IsReferredTo(found.Name)).ToList())
        {
            left.Delete();
        }

        await FetchAsync(run, local, folder, files[false], cancellationToken);
    }

    private Task FetchAsync(string run, LocalRunFiles local, RunFolder folder, IEnumerable<RunFile> files, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        files,
        SideBySide(cancellationToken),
        async (file, token) =>
        {
            string path = local.PathOf(folder, file.Name);
            if (!await IsThereAsync(path, file, token))
            {
                DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
                await DurableFile.WriteAsync(path, target => ReadAsync(run, file, target, token));
            }

            if (file.Modified != RunFile.Unsettled)
            {
                File.SetLastWriteTimeUtc(path, new DateTime(file.Modified, DateTimeKind.Utc));
            }
        });

    private static async Task<bool> IsThereAsync(string path, RunFile file, CancellationToken cancellationToken)
    {
        var here = new FileInfo(path);
        if (!here.Exists || here.Length != file.Length)
        {
            return false;
        }

        if (file.LooksLike(here.Length, here.LastWriteTimeUtc.Ticks))
        {
            return true;
        }

        await using FileStream content = here.OpenRead();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) == file.Hash;
    }

    /// <summary>Nothing is named as the file before all of it is what was kept.</summary>
    private async Task ReadAsync(string run, RunFile file, Stream target, CancellationToken cancellationToken)
    {
        using var sum = SHA256.Create();
        await using (var summed = new CryptoStream(target, sum, CryptoStreamMode.Write, leaveOpen: true))
        {
            try
            {
                await bulk.CopyAsync(run, file.Hash, summed, cancellationToken);
            }
            catch (FileNotFoundException failure)
            {
                throw new FileNotFoundException($"The file {file.Name} of run {run} ({file.Hash}) is gone; {bulk.Place} is damaged.", failure);
            }
        }

        string actual = Convert.ToHexStringLower(sum.Hash!);
        if (actual != file.Hash)
        {
            throw new InvalidDataException(
                $"The file {file.Name} of run {run} does not match its hash: {file.Length} bytes were kept as {file.Hash}, {target.Length} with the hash {actual} are read; "
                + $"{bulk.Place} is damaged.");
        }
    }

    private static ParallelOptions SideBySide(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };

    /// <summary>For each run, one at a time in all processes of this host.</summary>
    private async Task<IDisposable> AloneAsync(string run, CancellationToken cancellationToken)
    {
        string path = Path.Combine(Data.HostRoot, "takeovers", $"{run}.files.lock");
        DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
        return await LockFile.TakeAsync(path, Patience, database.Time, cancellationToken)
            ?? throw new IOException($"Another process has been at the files of run {run} for {Patience.TotalMinutes:0} minutes.");
    }
}
