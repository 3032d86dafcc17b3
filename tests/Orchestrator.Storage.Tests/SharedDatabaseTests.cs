using Orchestrator.Sql;
using Orchestrator.Sql.Postgres;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.Storage.Tests;

/// <summary>A schema of PostgreSQL with several writers: alone while they write, and sure of what they have committed.</summary>
public sealed class SharedDatabaseTests : IAsyncLifetime
{
    private const string Name = "orchestrator test of shared databases";

    private static readonly Migrations Tables = Migrations.FromScripts("CREATE TABLE counted(number bigint NOT NULL); CREATE TABLE told(text text NOT NULL)");

    private PostgresCluster _cluster = null!;
    private string _database = null!;

    public async Task InitializeAsync()
    {
        _cluster = await PostgresCluster.Shared;
        _database = await _cluster.CreateDatabaseAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task TwoWritersThatLookBeforeTheyWrite_NeverSeeTheSame()
    {
        const int Each = 60;
        await using SharedPostgresDatabase one = await OpenAsync();
        await using SharedPostgresDatabase other = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 2 * Each).Select(index => (index % 2 == 0 ? one : other).WriteAsync(CountOn, CancellationToken.None)));

        Assert.Equal(Enumerable.Range(0, 2 * Each).Select(number => (long)number), await NumbersAsync(one));
    }

    [Fact]
    public async Task SessionsEndedWhileItWrites_WhatIsAcknowledgedIsThereOnceAndNothingElse()
    {
        const int Writes = 300;
        const int Endings = 10;
        await using SharedPostgresDatabase database = await OpenAsync();
        List<long> acknowledged = [];
        int broken = 0;
        using CancellationTokenSource done = new();
        Task ending = EndSessionsAsync();
        for (long number = 0; number < Writes || Volatile.Read(ref broken) < Endings; number++)
        {
            try
            {
                await database.WriteAsync(session => session.Execute("INSERT INTO counted(number) VALUES($1)", number), CancellationToken.None);
                acknowledged.Add(number);
            }
            catch (DatabaseException failure) when (failure.Failure == DatabaseFailure.Unreachable)
            {
                // Nothing of it remains.
            }
        }

        await done.CancelAsync();
        await ending;

        Assert.True(acknowledged.Count > Writes / 2, $"{acknowledged.Count} of {Writes} were acknowledged.");
        Assert.Equal(acknowledged, await NumbersAsync(database));

        async Task EndSessionsAsync()
        {
            while (!done.IsCancellationRequested)
            {
                string ended = await _cluster.QueryAsync(
                    _database, $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{Name}'");
                Interlocked.Add(ref broken, int.Parse(ended));
            }
        }
    }

    /// <summary>As a process does that is stopped in the middle of a write; nothing of it remains, and the others write on.</summary>
    [Fact]
    public async Task WriterThatStandsStill_KeepsNobodyFromWriting()
    {
        await using SharedPostgresDatabase still = await OpenAsync();
        await using SharedPostgresDatabase other = await OpenAsync();
        using ManualResetEventSlim begun = new();
        using ManualResetEventSlim goesOn = new();
        Task standing = still.WriteAsync(
            session =>
            {
                session.Execute("INSERT INTO counted(number) VALUES(7)");
                begun.Set();
                goesOn.Wait(TimeSpan.FromMinutes(1));
                session.Execute("INSERT INTO counted(number) VALUES(8)");
            },
            CancellationToken.None);
        begun.Wait(TimeSpan.FromMinutes(1));

        await other.WriteAsync(CountOn, CancellationToken.None);
        goesOn.Set();
        DatabaseException failed = await Assert.ThrowsAsync<DatabaseException>(() => standing);
        await still.WriteAsync(CountOn, CancellationToken.None);
        long[] numbers = await NumbersAsync(still);

        Assert.Equal(DatabaseFailure.Unreachable, failed.Failure);
        Assert.Equal([0, 1], numbers);
    }

    [Fact]
    public async Task PasswordThatIsGivenForAWhile_EachNewConnectionAsksForIt()
    {
        int asked = 0;
        await using SharedPostgresDatabase database = await OpenAsync($"Host=127.0.0.1;Port={_cluster.Port};Database={_database};Username=postgres;SSL Mode=Disable", _ =>
        {
            Interlocked.Increment(ref asked);
            return ValueTask.FromResult(_cluster.Password);
        });
        int opened = asked;

        await database.WriteAsync(CountOn, CancellationToken.None);
        int written = asked;
        long[] numbers = await NumbersAsync(database);

        Assert.Equal([0], numbers);
        Assert.True(0 < opened && opened < written && written < asked, $"{opened}, {written}, {asked}");
    }

    [Fact]
    public async Task NobodyGivesThePassword_OpeningSaysWhy()
    {
        DatabaseException refused = await Assert.ThrowsAsync<DatabaseException>(() => OpenAsync(
            $"Host=127.0.0.1;Port={_cluster.Port};Database={_database};Username=postgres",
            _ => throw new DatabaseException(DatabaseFailure.Unreachable, "this process has no identity to show")));

        Assert.Equal("this process has no identity to show", refused.Message);
    }

    [Fact]
    public async Task ZeroInAText_IsShownAndTheTextIsKept()
    {
        await using SharedPostgresDatabase database = await OpenAsync();

        await database.WriteAsync(session => session.Execute("INSERT INTO told(text) VALUES($1)", "a\0b"), CancellationToken.None);

        Assert.Equal("a␀b", await database.ReadAsync(session => session.Find("SELECT text FROM told WHERE text = $1", row => row.GetString(0), "a\0b"), CancellationToken.None));
    }

    private Task<SharedPostgresDatabase> OpenAsync() => OpenAsync($"{_cluster.ConnectionString(_database)};Application Name={Name}", password: null);

    private static Task<SharedPostgresDatabase> OpenAsync(string text, Func<CancellationToken, ValueTask<string>>? password) =>
        SharedPostgresDatabase.OpenAsync(text, "shared", Tables, password, CancellationToken.None);

    private static void CountOn(SqlSession session)
    {
        long next = session.Find("SELECT count(*) FROM counted", row => row.GetInt64(0));
        session.Execute("INSERT INTO counted(number) VALUES($1)", next);
    }

    private static async Task<long[]> NumbersAsync(SharedPostgresDatabase database) =>
        [.. await database.ReadAsync(session => session.Query("SELECT number FROM counted ORDER BY number", row => row.GetInt64(0)), CancellationToken.None)];
}
