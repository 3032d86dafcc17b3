using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Orchestrator.Sql;
using Orchestrator.TaskHub.Stores;
using Orchestrator.TaskHub.Stores.Sqlite;

namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>What survives a simulated hub: the real schema and statements, on a database in memory.</summary>
internal sealed class Disk : IDisposable
{
    // Making the schema takes longer than many a simulated run: a disk is wiped and used again.
    private static readonly ConcurrentBag<Disk> Wiped = [];

    private readonly SqliteTransactions _transactions;

    private Disk(PreparedConnection connection)
    {
        _transactions = new SqliteTransactions(connection, "the simulated disk");
        Connection = connection;
        Tables = SqliteHubStore.Tables(connection);
        Commits = new GroupCommit<PreparedConnection>(new FailingTransactions(_transactions, () => FailsNext));
    }

    public PreparedConnection Connection { get; }

    public HubTables Tables { get; }

    public GroupCommit<PreparedConnection> Commits { get; }

    /// <summary>The disk is full: the next commits fail.</summary>
    public bool FailsNext { get; set; }

    public static Disk Take() => Wiped.TryTake(out Disk? disk) ? disk : Make();

    public void Dispose()
    {
        FailsNext = false;
        IReadOnlyList<string> tables = Connection.Query(
            "SELECT name FROM sqlite_master WHERE type = 'table'", row => row.GetString(0));
        foreach (string table in tables)
        {
            Connection.Execute($"DELETE FROM {table}");
        }

        Wiped.Add(this);
    }

    private static Disk Make()
    {
        var connection = new SqliteConnection("Data Source=:memory:;Pooling=false");
        connection.Open();
        SqliteMigrator.Migrate(connection, SqliteHubStore.Schema);
        return new Disk(new PreparedConnection(connection));
    }

    private sealed class FailingTransactions(SqliteTransactions real, Func<bool> fails) : IWriterTransactions<PreparedConnection>
    {
        public PreparedConnection Connection => real.Connection;

        public void Begin(bool isSynced) => real.Begin(isSynced);

        public void BeginOperation() => real.BeginOperation();

        public void EndOperation() => real.EndOperation();

        public void UndoOperation() => real.UndoOperation();

        public bool IsOfDatabase(Exception exception) => real.IsOfDatabase(exception);

        public void Commit()
        {
            if (fails())
            {
                throw new DatabaseException(DatabaseFailure.DiskFull, "The disk is full, as the simulation says.");
            }

            real.Commit();
        }

        public Exception Abort(Exception exception) => real.Abort(exception);

        public void Dispose() => real.Dispose();
    }
}
