using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>The connection that holds the owner's lock; whatever the owner writes goes over it.</summary>
/// <param name="Connection">Open, and used by the writer alone.</param>
/// <param name="Epoch">Of this owner.</param>
/// <param name="Commits">How many commits there were when the lock was taken.</param>
internal sealed record OwnerSession(NpgsqlConnection Connection, long Epoch, long Commits)
{
    /// <summary>The server's process for the connection; known after the connection is lost, too.</summary>
    public int ProcessId { get; } = Connection.ProcessID;
}
