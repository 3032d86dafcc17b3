using Orchestrator.Agent.Runs.SubAgents;
using Xunit.Abstractions;

namespace Orchestrator.Agent.Tests.Runs.SubAgents;

public sealed class BudgetSlicesTests(ITestOutputHelper output)
{
    [Fact]
    public void NobodyAsks_SharesAreEqual() => Assert.Equal([2m, 2m, 2m, 2m], BudgetSlices.Of(10, [null, null, null, null]));

    [Fact]
    public void SomeAsk_OthersShareTheRest() => Assert.Equal([1m, 3.5m, 3.5m], BudgetSlices.Of(10, [1m, null, null]));

    [Fact]
    public void MoreThanThereIsIsAskedFor_AllGetLess() => Assert.Equal([4m, 4m], BudgetSlices.Of(10, [100m, 1_000m]));

    [Fact]
    public void NoLimit_NobodyHasOne() => Assert.Equal([null, null], BudgetSlices.Of(null, [1m, null]));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(0.000001)]
    public void TooLittle_IsNotDivided(double left) => Assert.Empty(BudgetSlices.Of((decimal)left, [null, 1m]));

    [Fact]
    public void TogetherNeverMoreThanIsLeft()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < 5_000; round++)
        {
            decimal left = (decimal)random.NextDouble() * random.Next(1, 1_000);
            decimal?[] asked = [.. Enumerable.Range(0, random.Next(1, 33)).Select(_ => random.Next(2) == 0 ? (decimal?)null : (decimal)random.NextDouble() * 50 + 0.01m)];

            IReadOnlyList<decimal?> slices = BudgetSlices.Of(left, asked);

            Assert.True(slices.Count == 0 || slices.Count == asked.Length);
            Assert.True(slices.Sum() <= left, $"{string.Join(' ', slices)} of {left}");
            Assert.All(slices.Zip(asked), slice => Assert.True(slice.First > 0 && !(slice.First > slice.Second)));
        }
    }
}
