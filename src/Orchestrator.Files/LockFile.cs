namespace Orchestrator.Files;

/// <summary>A file that one holder at a time has open. The kernel lets go of it when its holder ends, however it ends.</summary>
public static class LockFile
{
    /// <summary>EWOULDBLOCK: another holds it. Anything else is no matter of waiting.</summary>
    private const int WouldBlock = 11;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes it once nobody else holds it, in this process or in another.</summary>
    /// <param name="path">The file; it is made if it isn't there, and stays.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="time">Measures that.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What lets go of it; null if somebody else still holds it.</returns>
    /// <exception cref="IOException">It can't be opened.</exception>
    public static async Task<IDisposable?> TakeAsync(string path, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        while (true)
        {
            if (TryTake(path) is { } held)
            {
                return held;
            }

            if (time.GetElapsedTime(begun) >= patience)
            {
                return null;
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private static FileStream? TryTake(string path)
    {
        try
        {
            // On Unix, .NET locks an open file that isn't shared with flock.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure.HResult == WouldBlock)
        {
            return null;
        }
    }
}
