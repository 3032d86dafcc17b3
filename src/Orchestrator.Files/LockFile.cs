namespace Orchestrator.Files;

/// <summary>A file that one holder at a time has open, or several who share it. The kernel lets go of it when its holder ends, however it ends.</summary>
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
    public static Task<IDisposable?> TakeAsync(string path, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken) =>
        TakeAsync(path, isShared: false, patience, time, cancellationToken);

    /// <summary>Takes it together with others who share it, once nobody holds it alone.</summary>
    /// <inheritdoc cref="TakeAsync(string, TimeSpan, TimeProvider, CancellationToken)"/>
    public static Task<IDisposable?> ShareAsync(string path, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken) =>
        TakeAsync(path, isShared: true, patience, time, cancellationToken);

    private static async Task<IDisposable?> TakeAsync(
        string path, bool isShared, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        while (true)
        {
            if (TryTake(path, isShared) is { } held)
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

    private static FileStream? TryTake(string path, bool isShared)
    {
        try
        {
            // On Unix, .NET locks an open file with flock: alone if it isn't shared, else shared.
            return isShared
                ? new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read)
                : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure.HResult == WouldBlock)
        {
            return null;
        }
    }
}
