using Orchestrator.Agent.Estimates;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Estimates;

public sealed class EstimateTests
{
    private static readonly ModelPrices Prices = new() { AsOf = "2026-08-01", Input = 5, CachedInput = 0.5m, Output = 30 };

    [Fact]
    public void EachTurn_RepeatsAllBeforeItFromTheCache()
    {
        CourseCost cost = CourseCost.Of(new Course(3, 100, 900), openingTokens: 1_000, compactionAt: 100_000, Prices);

        Assert.Equal(new TokenUsage(1_000 + 2_000 + 3_000, 0 + 1_000 + 2_000, 300), cost.Usage);
        Assert.Equal(((3_000 * 5m) + (3_000 * 0.5m) + (300 * 30m)) / 1_000_000, cost.CostUsd);
        Assert.Equal(0, cost.Compactions);
    }

    [Fact]
    public void ThreeHundredTurns_CostATenthOfWhatTheyWouldWithoutCache()
    {
        var course = new Course(300, 500, 1_500);

        decimal cached = CourseCost.Of(course, 10_000, int.MaxValue, Prices).CostUsd!.Value;
        decimal uncached = CourseCost.Of(course, 10_000, int.MaxValue, Prices with { CachedInput = 5 }).CostUsd!.Value;
        CourseCost compacted = CourseCost.Of(course, 10_000, 200_000, Prices);

        Assert.InRange(uncached / cached, 8, 10);
        Assert.InRange(compacted.Compactions, 3, 6);
        Assert.True(compacted.CostUsd < cached / 2, $"{compacted.CostUsd} is not far below {cached}.");
    }

    [Fact]
    public void CacheThatCostsToWrite_IsCounted()
    {
        var course = new Course(2, 0, 1_000);

        CourseCost cost = CourseCost.Of(course, 1_000, 100_000, Prices with { CacheWrite = 6.25m });

        Assert.Equal(((2_000 * 6.25m) + (1_000 * 0.5m)) / 1_000_000, cost.CostUsd);
    }

    [Fact]
    public void ModelWithoutPrice_HasTokensAndNoRange()
    {
        CourseCost cost = CourseCost.Of(new Course(3, 100, 900), 1_000, 100_000, prices: null);

        Assert.Equal((6_000, null), (cost.Usage.InputTokens, cost.CostUsd));
    }

    [Fact]
    public void Experience_IsTheMiddleHalfOfWhatRunsHereTook()
    {
        Course[] courses = [.. Enumerable.Range(1, 9).Select(step => new Course(step * 10, step * 100, step * 300))];

        var experience = Experience.Of([.. courses.Select(course => (course.Turns, CourseCost.Of(course, 2_000, int.MaxValue, null).Usage))], 2_000);

        Assert.Equal((new Course(30, 300, 900), new Course(70, 700, 2_100)), (experience.Least, experience.Most));
        Assert.Equal("the middle half of the 9 newest runs that were accepted here", experience.Source);
    }

    [Fact]
    public void FewRuns_TeachNothing() =>
        Assert.Same(Experience.None, Experience.Of([.. Enumerable.Repeat((10, new TokenUsage(100, 0, 10)), Experience.LeastRuns - 1)], 10));

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 50)]
    [InlineData(1, -50)]
    public void Error_IsTheDistanceFromTheMiddle(decimal cost, decimal percent) => Assert.Equal(percent, new CostRange(1, 3).ErrorOf(cost));

    [Fact]
    public void RangeOfNothing_HasNoError() => Assert.Null(new CostRange(0, 0).ErrorOf(1));
}
