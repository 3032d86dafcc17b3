using Orchestrator.Simulation.Tests.Worlds;
using Orchestrator.Sql;

namespace Orchestrator.Simulation.Tests;

/// <summary>What the callers of one batch are told.</summary>
public sealed class GroupCommitTests
{
    [Fact]
    public async Task BatchIsNotCommitted_RefusalThatRestedOnItIsNotToldEither()
    {
        using var disk = Disk.Take();
        disk.FailsNext = true;
        var first = new PendingWrite<PreparedConnection, bool>(_ => true, _ => { }, CancellationToken.None);
        var second = new PendingWrite<PreparedConnection, bool>(
            _ => throw new InvalidOperationException("The first was here already."), _ => { }, CancellationToken.None);

        disk.Commits.Run([first, second]);

        Assert.Equal(DatabaseFailure.DiskFull, (await Assert.ThrowsAsync<DatabaseException>(() => first.Completion)).Failure);
        Assert.Equal(DatabaseFailure.DiskFull, (await Assert.ThrowsAsync<DatabaseException>(() => second.Completion)).Failure);
    }

    [Fact]
    public async Task OneIsRefused_OthersAreCommitted()
    {
        using var disk = Disk.Take();
        var first = new PendingWrite<PreparedConnection, int>(_ => 1, _ => { }, CancellationToken.None);
        var second = new PendingWrite<PreparedConnection, int>(
            _ => throw new InvalidOperationException("No."), _ => { }, CancellationToken.None);

        disk.Commits.Run([first, second]);

        Assert.Equal(1, await first.Completion);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.Completion);
    }

    [Fact]
    public void Commits_AreToldInTheirOrder()
    {
        using var disk = Disk.Take();
        var told = new List<int>();
        PendingWrite<PreparedConnection, int>[] writes =
            [.. Enumerable.Range(0, 5).Select(number => new PendingWrite<PreparedConnection, int>(_ => number, told.Add, CancellationToken.None))];

        disk.Commits.Run([.. writes]);

        Assert.Equal([0, 1, 2, 3, 4], told);
    }
}
