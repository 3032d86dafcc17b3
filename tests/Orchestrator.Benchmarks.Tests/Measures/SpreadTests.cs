using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Tests.Measures;

public sealed class SpreadTests
{
    [Fact]
    public void Percentiles_AreTheNearestRanks() =>
        Assert.Equal(new Spread(200, 1, 100, 190, 198, 200), Spread.Of(Enumerable.Range(1, 200).Reverse().Select(sample => (double)sample)));

    [Fact]
    public void OneSample_IsEveryPercentile() => Assert.Equal(new Spread(1, 7, 7, 7, 7, 7), Spread.Of([7]));

    [Fact]
    public void NoSample_HasNoSpread() => Assert.Throws<ArgumentException>(() => Spread.Of([]));
}
