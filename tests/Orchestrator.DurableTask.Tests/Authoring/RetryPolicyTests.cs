using Microsoft.DurableTask;

namespace Orchestrator.DurableTask.Tests.Authoring;

public sealed class RetryPolicyTests
{
    private static readonly TaskFailureDetails Failure = new("type", "message", null, null, null);

    [Fact]
    public void Waits_GrowByTheCoefficientUpToTheCap()
    {
        RetryPolicy policy = new(9, TimeSpan.FromSeconds(1), 3, TimeSpan.FromSeconds(10));

        Assert.Equal(
            [1, 3, 9, 10, 10],
            Enumerable.Range(1, 5).Select(attempt => policy.WaitAfter(attempt, default, Failure)!.Value.TotalSeconds));
    }

    [Fact]
    public void TimeIsUp_IsFinal()
    {
        RetryPolicy policy = new(9, TimeSpan.FromSeconds(1), retryTimeout: TimeSpan.FromSeconds(5));

        Assert.NotNull(policy.WaitAfter(1, TimeSpan.FromSeconds(4.9), Failure));
        Assert.Null(policy.WaitAfter(1, TimeSpan.FromSeconds(5), Failure));
    }

    [Fact]
    public void NoCap_GrowsOn()
    {
        RetryPolicy policy = new(9, TimeSpan.FromHours(1), 2, Timeout.InfiniteTimeSpan);

        Assert.Equal(TimeSpan.FromHours(8), policy.WaitAfter(4, default, Failure));
    }

    [Fact]
    public void NumbersTooSmall_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.FromSeconds(1), 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.FromSeconds(2), 1, TimeSpan.FromSeconds(1)));
    }
}
