using Microsoft.DurableTask.Worker.Grpc;

namespace Orchestrator.DurableTask.Tests.Worker;

public sealed class BackoffTests
{
    [Fact]
    public void After_DoublesUpToTheCap() =>
        Assert.Equal(
            [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 15, 15],
            Enumerable.Range(1, 9).Select(failures => Backoff.Resend.After(failures).TotalSeconds));

    [Fact]
    public void AnyUpTo_NeverExceedsTheWait() =>
        Assert.All(
            Enumerable.Range(1, 1000),
            failures => Assert.InRange(Backoff.Reconnect.AnyUpTo(failures), TimeSpan.Zero, Backoff.Reconnect.After(failures)));
}
