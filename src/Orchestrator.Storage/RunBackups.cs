using Orchestrator.Sql.Postgres;

namespace Orchestrator.Storage;

/// <summary>
/// The run database as part of a backup. One on PostgreSQL is restored apart from the data folder, so the folder's backup must be found in it before its workspaces
/// are given up: those of the database that it was taken of, and of any other, are in use.
/// </summary>
public sealed class RunBackups(RunDatabase database)
{
    /// <summary>Writes it to a file that <c>pg_restore</c> reads, with the id of the backup in it.</summary>
    /// <exception cref="Sql.DatabaseException">It can't be written.</exception>
    public async Task DumpAsync(RunDatabaseOptions options, string backup, string target, CancellationToken cancellationToken)
    {
        string connection = options.Postgres ?? throw new InvalidOperationException("The run database is a file.");
        string? password = options.ShowsIdentity ? await new IdentityPassword(options.ClientId).GetAsync(cancellationToken) : null;
        await database.WriteAsync(session => session.Execute("INSERT INTO backups(id) VALUES($1)", backup), cancellationToken);
        try
        {
            await PostgresDump.WriteAsync(connection, options.Schema, password, target, cancellationToken);
        }
        finally
        {
            await database.WriteAsync(session => session.Execute("DELETE FROM backups WHERE id = $1", backup), CancellationToken.None);
        }
    }

    /// <summary>Has the files of every run be restored before something is done in it; once for each time that the database was restored.</summary>
    /// <returns>False if the backup is not what the database was restored from.</returns>
    public Task<bool> TryTakeUpAsync(string backup, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            // A file lies in the folder that was restored.
            bool isOfIt = !database.IsShared || session.Execute("DELETE FROM backups WHERE id = $1", backup) > 0;
            if (isOfIt)
            {
                HostRows.LoseAll(session);
            }

            return isOfIt;
        },
        cancellationToken);
}
