using Microsoft.DurableTask.Worker.Grpc;

namespace Orchestrator.DurableTask.Tests.Worker;

public sealed class BackoffTests
{
    [Fact]
    public void After_DoublesUpToTheCap() =>
        Assert.Equal(
            [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 15, 15],
            Enumerable.Range(1, 9).Select(failures => Backoff.Resend.After(failures).TotalSeconds));

    /// <summary>A hub that was away for half a second, a minute: what a worker that has just missed it waits at most.</summary>
    [Theory]
    [InlineData(0.5, 0.2)]
    [InlineData(60, 17)]
    public void WaitToReconnect_StaysAPartOfTheOutage(double outage, double longest)
    {
        int failures = 1;
        for (double away = 0; away < outage; failures++)
        {
            away += Backoff.Reconnect.After(failures).TotalSeconds / 2;   // the mean
        }

        Assert.InRange(Backoff.Reconnect.After(failures).TotalSeconds, 0.05, longest);
    }

    [Fact]
    public void AnyUpTo_NeverExceedsTheWait() =>
        Assert.All(
            Enumerable.Range(1, 1000),
            failures => Assert.InRange(Backoff.Reconnect.AnyUpTo(failures), TimeSpan.Zero, Backoff.Reconnect.After(failures)));
}
