using Orchestrator.Sql;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>A store whose disk is full whenever the test says so; it counts what is written.</summary>
internal sealed class FaultyStore(IHubStore store) : IHubStore
{
    private int _writes;

    /// <summary>Whether the write of that number, from 1, fails.</summary>
    public Func<int, bool> Fails { get; set; } = _ => false;

    /// <summary>What every write waits for first.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>What the caller of a write waits for after the commit.</summary>
    public Task Lag { get; set; } = Task.CompletedTask;

    /// <summary>Writes so far, failed ones too.</summary>
    public int Writes => Volatile.Read(ref _writes);

    public Task Lost => store.Lost;

    public async Task<T> WriteAsync<T>(Func<HubTables, T> step, Action<T> committed, CancellationToken cancellationToken)
    {
        int number = Interlocked.Increment(ref _writes);
        await Gate;
        if (Fails(number))
        {
            throw new DatabaseException(DatabaseFailure.DiskFull, "The disk is full, as the test says.");
        }

        Task lag = Lag;
        T written = await store.WriteAsync(step, committed, cancellationToken);
        await lag;
        return written;
    }

    public Task<T> ReadAsync<T>(Func<HubTables, T> query, CancellationToken cancellationToken) =>
        store.ReadAsync(query, cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
