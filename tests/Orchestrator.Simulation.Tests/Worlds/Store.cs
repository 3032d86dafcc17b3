using Orchestrator.Sql;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>A hub's way to the disk: the writes of a moment are committed together, when the world says so.</summary>
internal sealed class Store(World world, Node node, Disk disk, Faults faults) : IHubStore
{
    private readonly Clock _clock = node.NewClock();
    private readonly List<PendingWrite<PreparedConnection>> _waiting = [];
    private bool _isAwake;

    public Task Lost { get; } = new TaskCompletionSource().Task;

    public async Task<T> WriteAsync<T>(Func<HubTables, T> step, Action<T> committed, CancellationToken cancellationToken)
    {
        var write = new PendingWrite<PreparedConnection, T>(_ => step(disk.Tables), committed, cancellationToken);
        _waiting.Add(write);
        if (!_isAwake)
        {
            _isAwake = true;
            world.Later(world.Between(0, 0.004), node, CommitSome);
        }

        return await write.Completion;
    }

    public async Task<T> ReadAsync<T>(Func<HubTables, T> query, CancellationToken cancellationToken)
    {
        if (world.Chance(faults.FailedRead))
        {
            world.Trace.Add(world.Now, "a read fails");
            throw new DatabaseException(DatabaseFailure.InputOutput, "The disk cannot be read, as the simulation says.");
        }

        T read = query(disk.Tables);
        if (world.Chance(0.5))
        {
            await Task.Delay(world.Between(0, 0.01), _clock, cancellationToken);
        }

        return read;
    }

    /// <summary>The process is gone: what it was writing is written or not, and nobody is told.</summary>
    public void Cut()
    {
        bool isWritten = world.Chance(0.5);
        world.Trace.Add(world.Now, $"{_waiting.Count} writes under way are {(isWritten ? "kept" : "lost")}");
        if (isWritten)
        {
            disk.Commits.Run(_waiting);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void CommitSome()
    {
        int count = world.Random.Next(1, _waiting.Count + 1);
        List<PendingWrite<PreparedConnection>> batch = _waiting.GetRange(0, count);
        _waiting.RemoveRange(0, count);
        disk.FailsNext = world.Now < faults.DiskFullUntil;
        disk.Commits.Run(batch.FindAll(write => write.Begin()));
        world.Trace.Add(world.Now, $"commits {count}{(disk.FailsNext ? " in vain" : "")}");
        disk.FailsNext = false;
        _isAwake = _waiting.Count > 0;
        if (_isAwake)
        {
            world.Later(world.Between(0, 0.004), node, CommitSome);
        }
    }
}
