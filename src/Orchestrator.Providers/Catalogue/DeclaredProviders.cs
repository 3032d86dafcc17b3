using Microsoft.Extensions.Logging;

namespace Orchestrator.Providers.Catalogue;

/// <summary>
/// The endpoints that a deployment declares, as its file stands: it is read again when its time or its length has changed. A file that
/// became wrong is not taken, and the one before it holds. Safe for concurrent use.
/// </summary>
internal sealed class DeclaredProviders(string path, ILogger<DeclaredProviders> logger)
{
    private volatile Reading _last = Read(path);

    /// <summary>Costs a look at the file's entry where nothing has changed.</summary>
    public IReadOnlyList<Provider> Current
    {
        get
        {
            Reading last = _last;
            if (StampOf(path) != last.Stamp)
            {
                _last = last = ReadAgain(last);
            }

            return last.Providers;
        }
    }

    private Reading ReadAgain(Reading before)
    {
        Stamp stamp = StampOf(path);
        try
        {
            return Read(path);
        }
        catch (ProvidersFileException failure)
        {
            logger.ProvidersNotTaken(path, failure.Message);
            return before with { Stamp = stamp };
        }
    }

    // The stamp first: what is written while the file is read is read once more.
    private static Reading Read(string path) => new(StampOf(path), ProvidersFile.Read(path));

    private static Stamp StampOf(string path) => new FileInfo(path) is { Exists: true } file ? new Stamp(file.LastWriteTimeUtc, file.Length) : default;

    private sealed record Reading(Stamp Stamp, IReadOnlyList<Provider> Providers);

    private readonly record struct Stamp(DateTime WrittenAt, long Length);
}
