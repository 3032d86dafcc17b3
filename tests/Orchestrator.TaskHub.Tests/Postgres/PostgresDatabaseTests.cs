using Orchestrator.Sql;
using Orchestrator.Sql.Postgres;
using Orchestrator.TaskHub.Tests.Workers;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.TaskHub.Tests.Postgres;

/// <summary>Who may write, and what is known of a write whose connection breaks.</summary>
public sealed class PostgresDatabaseTests : IAsyncLifetime
{
    private static readonly Migrations Schema = Migrations.FromScripts("CREATE TABLE items (name text PRIMARY KEY)");

    private readonly List<PostgresLine> _lines = [];
    private PostgresCluster _cluster = null!;
    private string _database = null!;
    private int _met;

    private PostgresLine Line => _lines[^1];

    public async Task InitializeAsync()
    {
        _cluster = await PostgresCluster.Shared;
        _database = await _cluster.CreateDatabaseAsync();
    }

    public Task DisposeAsync()
    {
        _lines.ForEach(line => line.Dispose());
        return Task.CompletedTask;
    }

    [Fact]
    public async Task ManyWritesAtOnce_ShareCommitsAndAllAreKept()
    {
        await using PostgresDatabase database = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => AddAsync(database, $"{number}"))).Soon();

        Assert.Equal(2000, await CountAsync(database));
        Assert.InRange(long.Parse(await AskAsync("SELECT commits FROM test.ownership")), 1, 1000);
    }

    [Fact]
    public async Task OneOfManyFails_OthersAreKept()
    {
        await using PostgresDatabase database = await OpenAsync();
        await AddAsync(database, "taken");

        Task[] writes = [AddAsync(database, "a"), AddAsync(database, "taken"), FailAsync(database), AddAsync(database, "b")];
        await Task.WhenAll(writes).ContinueWith(_ => { }, TaskScheduler.Default).Soon();

        Assert.Equal("a,b,taken", await NamesAsync());
        Assert.Equal([true, false, false, true], writes.Select(write => write.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task CommitThatNeverArrived_IsToldToHaveFailed()
    {
        await using PostgresDatabase database = await OpenAsync();
        await AddAsync(database, "before");
        Meet(CommitFate.NeverArrives);

        DatabaseException failure = await Assert.ThrowsAsync<DatabaseException>(() => AddAsync(database, "lost"));
        await AddAsync(database, "after");

        Assert.Equal(DatabaseFailure.Unreachable, failure.Failure);
        Assert.Equal("after,before", await NamesAsync());
    }

    [Fact]
    public async Task CommitThatWasNotConfirmed_IsFoundToHaveHappened()
    {
        await using PostgresDatabase database = await OpenAsync();
        await AddAsync(database, "before");
        Meet(CommitFate.IsNotConfirmed);

        await AddAsync(database, "kept");
        await AddAsync(database, "after");

        Assert.Equal("after,before,kept", await NamesAsync());
        Assert.Equal(1, _met);
        Assert.False(database.Lost.IsCompleted);
    }

    [Fact]
    public async Task SessionEndsWhileIdle_NextWriteGoesOn()
    {
        await using PostgresDatabase database = await OpenAsync();
        await AddAsync(database, "before");

        await AskAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        await AddAsync(database, "after");

        Assert.Equal(2, await CountAsync(database));
        Assert.Equal("1", await AskAsync("SELECT epoch FROM test.ownership"));
    }

    [Fact]
    public async Task OwnerLeaves_WhoWaitsTakesItsPlaceAtOnce()
    {
        PostgresDatabase owner = await OpenAsync("http://one");
        await AddAsync(owner, "a");
        var heard = new TaskCompletionSource<string>();
        Task<PostgresDatabase> waiting = OpenAsync("http://two", heard, TimeSpan.FromMinutes(5));
        string address = await heard.Task.Soon();

        await owner.DisposeAsync();
        await using PostgresDatabase next = await waiting.Soon();

        Assert.Equal("http://one", address);
        Assert.Equal(1, await CountAsync(next));
        Assert.Equal("http://two", await AskAsync("SELECT address FROM test.ownership"));
    }

    [Fact]
    public async Task OwnerFallsSilent_IsFencedOffAndReplaced()
    {
        await using PostgresDatabase owner = await OpenAsync("http://one");
        await AddAsync(owner, "a");
        Line.Freeze();
        Task late = AddAsync(owner, "late");

        await using PostgresDatabase next = await OpenAsync("http://two").Soon();
        await AddAsync(next, "b");
        _lines[0].CutOnce();
        _lines[0].Thaw();

        DatabaseException failure = await Assert.ThrowsAsync<DatabaseException>(() => late.Soon());
        await owner.Lost.Soon();
        Assert.Contains(failure.Failure, new[] { DatabaseFailure.Lost, DatabaseFailure.Unreachable });
        Assert.Equal(DatabaseFailure.Lost, (await Assert.ThrowsAsync<DatabaseException>(() => AddAsync(owner, "later"))).Failure);
        Assert.Equal("a,b", await NamesAsync());
    }

    [Fact]
    public async Task NewerSchema_IsRefused()
    {
        await (await OpenAsync()).DisposeAsync();
        await AskAsync("UPDATE test.ownership SET schema_version = 7");

        Assert.Equal(DatabaseFailure.TooNew, (await Assert.ThrowsAsync<DatabaseException>(() => OpenAsync())).Failure);
    }

    [Fact]
    public async Task ServerThatRefuses_IsNamedWithoutThePassword()
    {
        PostgresSettings wrong = Settings("http://one", TimeSpan.FromSeconds(2)) with
        {
            ConnectionString = $"postgres://postgres:not-it@127.0.0.1:{_cluster.Port}/{_database}?sslmode=disable",
        };

        DatabaseException failure = await Assert.ThrowsAsync<DatabaseException>(
            () => PostgresDatabase.OpenAsync(wrong, Schema, _ => { }, CancellationToken.None));

        Assert.Equal(DatabaseFailure.Unreachable, failure.Failure);
        Assert.Contains($"127.0.0.1:{_cluster.Port}/{_database}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-it", failure.ToString(), StringComparison.Ordinal);
    }

    private static async Task AddAsync(PostgresDatabase database, string name) => await database.WriteAsync(
        connection =>
        {
            connection.Execute("INSERT INTO items (name) VALUES ($1)", name);
            return true;
        },
        CancellationToken.None);

    private static async Task FailAsync(PostgresDatabase database) => await database.WriteAsync<bool>(
        connection =>
        {
            connection.Execute("INSERT INTO items (name) VALUES ($1)", "undone");
            connection.Query("SELECT name FROM items", row => row.GetString(0));
            throw new InvalidOperationException("as the test says");
        },
        CancellationToken.None);

    private static Task<int> CountAsync(PostgresDatabase database) => database.ReadAsync(
        connection => connection.Find("SELECT count(*) FROM items", row => (int)row.GetInt64(0)), CancellationToken.None);

    private Task<PostgresDatabase> OpenAsync(string address = "http://one", TaskCompletionSource<string>? heard = null, TimeSpan? lease = null) =>
        PostgresDatabase.OpenAsync(
            Settings(address, lease ?? TimeSpan.FromSeconds(2)), Schema, owner => heard?.TrySetResult(owner), CancellationToken.None);

    private PostgresSettings Settings(string address, TimeSpan lease)
    {
        _lines.Add(new PostgresLine(_cluster.Port));
        return new PostgresSettings
        {
            ConnectionString = _cluster.ConnectionString(_database, Line.Port),
            Schema = "test",
            Address = address,
            Lease = lease,
        };
    }

    // Once, at the next commit.
    private void Meet(CommitFate fate) => Line.Fate = () =>
    {
        Line.Fate = () => CommitFate.Passes;
        _met++;
        return fate;
    };

    private Task<string> AskAsync(string sql) => _cluster.QueryAsync(_database, sql);

    private Task<string> NamesAsync() => AskAsync("SELECT string_agg(name, ',' ORDER BY name) FROM test.items");
}
