using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;
using Orchestrator.Sql;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Sql;

[SupportedOSPlatform("linux")]
public sealed class SqliteDatabaseTests : IDisposable
{
    private static readonly Migrations Schema = Migrations.FromScripts("CREATE TABLE items (name TEXT PRIMARY KEY)");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sql-");

    private string FilePath => Path.Combine(_folder.FullName, "test.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task ManyWritesAtOnce_ShareCommitsAndAllAreKept()
    {
        await using (SqliteDatabase database = await OpenAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => AddAsync(database, $"{number}"))).Soon();

            Assert.Equal(2000, await CountAsync(database));
        }

        await using SqliteDatabase again = await OpenAsync();
        Assert.Equal(2000, await CountAsync(again));
    }

    [Fact]
    public async Task WritesThatWaitTogether_AreOneTransaction()
    {
        await using SqliteDatabase database = await OpenAsync();
        using var gate = new ManualResetEventSlim();
        Task first = Occupy(database, gate);
        Task<long>[] versions = Enumerable.Range(0, 50).Select(number => database.WriteAsync(
            connection =>
            {
                connection.Execute("INSERT INTO items (name) VALUES ($1)", $"{number}");
                return connection.Find("PRAGMA data_version", row => row.GetInt64(0));
            },
            CancellationToken.None)).ToArray();
        int before = await CountAsync(database);

        gate.Set();
        await first.Soon();
        await Task.WhenAll(versions).Soon();

        Assert.Equal(0, before);
        Assert.Equal(50, await CountAsync(database));
        Assert.Single(versions.Select(version => version.Result).Distinct());
    }

    [Fact]
    public async Task OneOfManyFails_OthersAreKept()
    {
        await using SqliteDatabase database = await OpenAsync();
        using var gate = new ManualResetEventSlim();
        Task first = Occupy(database, gate);
        Task good = AddAsync(database, "a");
        Task duplicate = AddAsync(database, "a");
        Task thrown = database.WriteAsync(
            connection =>
            {
                connection.Execute("INSERT INTO items (name) VALUES ('half')");
                throw new InvalidOperationException("as the test says");
            },
            CancellationToken.None);
        Task alsoGood = AddAsync(database, "b");

        gate.Set();
        await Task.WhenAll(first, good, alsoGood).Soon();

        await Assert.ThrowsAsync<SqliteException>(() => duplicate.Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => thrown.Soon());
        Assert.Equal(2, await CountAsync(database));
    }

    [Fact]
    public async Task DiskIsFull_WaitersFailAndLaterWritesWork()
    {
        await using SqliteDatabase database = await OpenAsync();
        await SetPagesAsync(database, 12);

        using var gate = new ManualResetEventSlim();
        Task first = Occupy(database, gate);
        Task both = Task.WhenAll(AddAsync(database, "small"), AddAsync(database, new string('x', 100_000)));
        gate.Set();

        DatabaseException full = await Assert.ThrowsAsync<DatabaseException>(() => both.Soon());
        await first;
        await SetPagesAsync(database, 100_000);
        await AddAsync(database, "later");

        Assert.Equal(DatabaseFailure.DiskFull, full.Failure);
        Assert.Equal(1, await CountAsync(database));
    }

    [Fact]
    public async Task CancelledBeforeItBegan_NothingHappens()
    {
        await using SqliteDatabase database = await OpenAsync();
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        Task first = Occupy(database, gate);
        Task cancelled = database.WriteAsync(
            connection => connection.Execute("INSERT INTO items (name) VALUES ('a')"), cancel.Token);

        await cancel.CancelAsync();
        gate.Set();
        await first.Soon();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Soon());
        Assert.Equal(0, await CountAsync(database));
    }

    [Fact]
    public async Task Closed_FinishesWhatWaitsAndRefusesTheRest()
    {
        SqliteDatabase database = await OpenAsync();
        Task[] writes = Enumerable.Range(0, 100).Select(number => AddAsync(database, $"{number}")).ToArray();

        await database.DisposeAsync();
        await Task.WhenAll(writes).Soon();

        DatabaseException refused = await Assert.ThrowsAsync<DatabaseException>(() => AddAsync(database, "late"));
        Assert.Equal(DatabaseFailure.Closed, refused.Failure);
    }

    [Fact]
    public async Task TwoDatabasesOnOneFile_BothWrite()
    {
        await using SqliteDatabase one = await OpenAsync();
        await using SqliteDatabase two = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => AddAsync(number % 2 == 0 ? one : two, $"{number}"))).Soon();

        Assert.Equal((200, 200), (await CountAsync(one), await CountAsync(two)));
    }

    [Fact]
    public async Task WrittenOften_LogTakesItsRoomAtOnceAndIsRecovered()
    {
        await using SqliteDatabase database = await OpenAsync();
        await AddAsync(database, "first");
        long atFirst = LogBytes(FilePath);
        for (int number = 0; number < 20; number++)
        {
            await AddAsync(database, $"{number}");
        }

        long reserved = LogBytes(FilePath);
        await AddAsync(database, "last");

        Assert.InRange(atFirst, 1, 100_000);
        Assert.InRange(reserved, 4_000_000, 4_200_000);
        Assert.Equal(reserved, LogBytes(FilePath));
        await using SqliteDatabase crashed = await SqliteDatabase.OpenAsync(CopyAsAfterAKill(), Schema, CancellationToken.None);
        Assert.Equal(22, await CountAsync(crashed));
    }

    [Fact]
    public async Task LogTakesItsRoom_AnotherConnectionsCommitsStay()
    {
        await using SqliteDatabase one = await OpenAsync();
        await using SqliteDatabase other = await OpenAsync();
        for (int number = 0; number < 40; number++)
        {
            await Task.WhenAll(AddAsync(one, $"one {number}"), AddAsync(other, $"other {number}")).Soon();
        }

        Assert.Equal(80, await CountAsync(one));
        await using SqliteDatabase crashed = await SqliteDatabase.OpenAsync(CopyAsAfterAKill(), Schema, CancellationToken.None);
        Assert.Equal(80, await CountAsync(crashed));
    }

    [Fact]
    public async Task Opened_IsInWalModeSyncedAndPrivate()
    {
        await using SqliteDatabase database = await OpenAsync();
        (string journal, long synchronous) = await database.WriteAsync(
            connection => (
                connection.Find("PRAGMA journal_mode", row => row.GetString(0))!,
                connection.Find("PRAGMA synchronous", row => row.GetInt64(0))),
            CancellationToken.None);

        Assert.Equal(("wal", 2), (journal, synchronous));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public async Task Reader_CannotWrite()
    {
        await using SqliteDatabase database = await OpenAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => database.ReadAsync(
            connection => connection.Execute("INSERT INTO items (name) VALUES ('a')"), CancellationToken.None));
        Assert.Equal(0, await CountAsync(database));
    }

    [Fact]
    public async Task NewMigration_UpgradesAnOldFile()
    {
        await using (SqliteDatabase old = await OpenAsync())
        {
            await AddAsync(old, "kept");
        }

        Migrations longer = Migrations.FromScripts([.. Schema.Scripts, "ALTER TABLE items ADD COLUMN size INTEGER NOT NULL DEFAULT 7"]);
        await using SqliteDatabase upgraded = await SqliteDatabase.OpenAsync(FilePath, longer, CancellationToken.None);

        Assert.Equal(7, await upgraded.ReadAsync(
            connection => connection.Find("SELECT size FROM items WHERE name = $1", row => row.GetInt64(0), "kept"),
            CancellationToken.None));
    }

    [Fact]
    public async Task FileOfANewerVersion_IsRefused()
    {
        await using (await SqliteDatabase.OpenAsync(FilePath, Migrations.FromScripts("SELECT 1", "SELECT 2"), CancellationToken.None))
        {
        }

        DatabaseException refused = await Assert.ThrowsAsync<DatabaseException>(OpenAsync);
        Assert.Equal(DatabaseFailure.TooNew, refused.Failure);
    }

    [Fact]
    public async Task FileIsNoDatabase_IsRefused()
    {
        await File.WriteAllTextAsync(FilePath, string.Concat(Enumerable.Repeat("this is no database ", 100)));

        DatabaseException refused = await Assert.ThrowsAsync<DatabaseException>(OpenAsync);
        Assert.Equal(DatabaseFailure.Corrupt, refused.Failure);
    }

    /// <summary>The writer is busy, with a batch of its own, until the gate opens.</summary>
    private static Task Occupy(SqliteDatabase database, ManualResetEventSlim gate)
    {
        var isBusy = new ManualResetEventSlim();
        Task occupied = database.WriteAsync(
            _ =>
            {
                isBusy.Set();
                gate.Wait();
            },
            CancellationToken.None);
        isBusy.Wait();
        return occupied;
    }

    private static Task<int> AddAsync(SqliteDatabase database, string name) => database.WriteAsync(
        connection => connection.Execute("INSERT INTO items (name) VALUES ($1)", name), CancellationToken.None);

    private static long LogBytes(string path) => new FileInfo(path + "-wal").Length;

    private string CopyAsAfterAKill()
    {
        string copy = Path.Combine(_folder.FullName, "killed.db");
        File.Copy(FilePath, copy);
        File.Copy(FilePath + "-wal", copy + "-wal");
        return copy;
    }

    private static async Task<int> CountAsync(SqliteDatabase database) => await database.ReadAsync(
        connection => connection.Find("SELECT count(*) FROM items", row => row.GetInt32(0)), CancellationToken.None);

    // A file that may not grow is what a full disk looks like to SQLite.
    private static Task<long> SetPagesAsync(SqliteDatabase database, int pages) => database.WriteAsync(
        connection => connection.Find($"PRAGMA max_page_count = {pages}", row => row.GetInt64(0)),
        CancellationToken.None);

    private Task<SqliteDatabase> OpenAsync() => SqliteDatabase.OpenAsync(FilePath, Schema, CancellationToken.None);
}
