using Orchestrator.Sql;

namespace Orchestrator.Storage.RunFiles;

/// <summary>What is kept of runs' files, as rows.</summary>
internal sealed class RunFileRows(RunDatabase database)
{
    /// <summary>Most snapshots and verdicts bring a few; what a repository began with can be thousands, and others are to write in between.</summary>
    private const int Batch = 500;

    /// <param name="run">The run.</param>
    /// <param name="beginning">What the names of the wanted ones begin with; letters and slashes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<IReadOnlyList<RunFile>> ListAsync(string run, string beginning, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            "SELECT path, hash, length, modified FROM run_files WHERE run_id = $1 AND path LIKE $2 ORDER BY path",
            reader => new RunFile(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3)),
            run, beginning + '%'),
        cancellationToken);

    public Task<bool> HasAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find("SELECT 1 FROM run_files WHERE run_id = $1 LIMIT 1", reader => true, run), cancellationToken);

    /// <summary>Whether a host holds a run, and has its files as they were when it came to.</summary>
    public Task<bool> IsHeldAsync(string run, string host, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find("SELECT is_whole FROM workspaces WHERE run_id = $1 AND host = $2", reader => reader.GetBoolean(0), run, host),
        cancellationToken);

    public Task<bool> IsPurgedAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find("SELECT purged_at IS NOT NULL FROM runs WHERE run_id = $1", reader => reader.GetBoolean(0), run), cancellationToken);

    /// <summary>Notes what is kept by now, and what isn't there any more: one after the other, so that whoever is cut off leaves nothing that refers to what lacks.</summary>
    /// <param name="run">The run.</param>
    /// <param name="kept">What comes first is referred to by what comes after it.</param>
    /// <param name="gone">Names.</param>
    /// <exception cref="Agent.Hosts.TenureException">Another host has taken over.</exception>
    public async Task WriteAsync(string run, IReadOnlyList<RunFile> kept, IReadOnlyList<string> gone, CancellationToken cancellationToken)
    {
        IEnumerable<Action<SqlSession>> changes = kept.Select<RunFile, Action<SqlSession>>(file => session => Put(session, run, file))
            .Concat(gone.Select<string, Action<SqlSession>>(name => session => session.Execute("DELETE FROM run_files WHERE run_id = $1 AND path = $2", run, name)));
        foreach (Action<SqlSession>[] batch in changes.Chunk(Batch))
        {
            await database.WriteAsync(session => Array.ForEach(batch, change => change(session)), cancellationToken);
        }
    }

    private static void Put(SqlSession session, string run, RunFile file) => session.Execute(
        """
        INSERT INTO run_files(run_id, path, hash, length, modified) VALUES($1, $2, $3, $4, $5)
        ON CONFLICT(run_id, path) DO UPDATE SET hash = excluded.hash, length = excluded.length, modified = excluded.modified
        """,
        run, file.Name, file.Hash, file.Length, file.Modified);
}
