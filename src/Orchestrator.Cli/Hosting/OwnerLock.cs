using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Backups;

namespace Orchestrator.Cli.Hosting;

/// <summary>
/// Says who does the work of a data folder. The kernel releases it when the process ends, however it ends; it is not inherited
/// by children.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    private readonly FileStream _file;

    private OwnerLock(FileStream file) => _file = file;

    /// <returns>The lock, or null if another process holds it.</returns>
    public static OwnerLock? TryTake(string path) => TryTake(path, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Says that this process works on a folder's runs for a hub that runs elsewhere, as others may.</summary>
    /// <param name="deployment">The folder.</param>
    /// <param name="keepsFiles">Whether the runs' files are to be in it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EnvironmentException">A process has a hub of its own on it, or the runs are another hub's.</exception>
    public static async Task<OwnerLock> ShareWorkAsync(Deployment deployment, bool keepsFiles, CancellationToken cancellationToken)
    {
        OwnerLock work = TryShare(deployment.Data.WorkersLock) ?? throw new EnvironmentException(
            $"Another process works on {deployment.Data.Root} with a hub of its own; stop it, or name another folder with --data.");
        try
        {
            if (await deployment.Home.ClaimElsewhereAsync(keepsFiles, cancellationToken) is { } fault)
            {
                throw new EnvironmentException(fault);
            }

            await RestoredBackup.TakeUpAsync(deployment, cancellationToken);
            return work;
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    /// <returns>The lock, which others may share, or null if a process holds it alone.</returns>
    private static OwnerLock? TryShare(string path) => TryTake(path, FileAccess.Read, FileShare.Read);

    private static OwnerLock? TryTake(string path, FileAccess access, FileShare share)
    {
        try
        {
            // On Unix, .NET locks an open file with flock: alone if it isn't shared, else shared.
            return new OwnerLock(new FileStream(path, FileMode.OpenOrCreate, access, share));
        }
        catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
