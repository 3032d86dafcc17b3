namespace Orchestrator.Sql;

/// <summary>
/// The -wal file of a SQLite database. SQLite lets it grow commit by commit to the size at which it is emptied into the database,
/// and writes over it from then on. A sync after growth also waits for the file system's journal, a sync after an
/// overwrite does not: whoever commits often has the file grow at once.
/// </summary>
internal static class WriteAheadLog
{
    // SQLite empties it at 1,000 pages of 4 KiB, each with a header of 24 bytes (https://sqlite.org/fileformat2.html#walformat).
    private const int FullBytes = 32 + (1_000 * (4096 + 24));

    /// <summary>
    /// Fills the file up with zeros, which SQLite takes for the end of the log. Only for a connection that holds the write lock: nobody
    /// else appends meanwhile. Where there is no room, the file stays as it is. The sync of that connection's next commit holds for the
    /// zeros as well.
    /// </summary>
    /// <param name="database">The path of the database.</param>
    public static void Reserve(string database)
    {
        try
        {
            using FileStream log = new(database + "-wal", FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            Fill(log);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is about speed alone; a disk that is in trouble tells the next commit.
        }
    }

    private static void Fill(FileStream log)
    {
        long length = log.Length;
        if (length >= FullBytes)
        {
            return;
        }

        try
        {
            log.Position = length;
            log.Write(new byte[FullBytes - length]);
            log.Flush();
        }
        catch (IOException)
        {
            log.SetLength(length);
            throw;
        }
    }
}
