namespace Orchestrator.Cli.Hosting;

/// <summary>
/// Held by the process that runs a data folder's hub. The kernel releases it when the process ends, however it ends; it is not
/// inherited by children.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    private readonly FileStream _file;

    private OwnerLock(FileStream file) => _file = file;

    /// <returns>The lock, or null if another process holds it.</returns>
    public static OwnerLock? TryTake(string path)
    {
        try
        {
            // On Unix an unshared file is one that is locked with flock.
            return new OwnerLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
