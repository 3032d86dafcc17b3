using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Tests.Models;

public sealed class ModelPricesTests
{
    private static readonly ModelPrices Prices = new()
    {
        AsOf = "2026-01-01",
        Input = 10,
        CachedInput = 1,
        CacheWrite = 12.5m,
        Output = 50,
        LongContextFrom = 1_000_000,
        LongContextInputFactor = 2,
        LongContextOutputFactor = 1.5m,
        FlexFactor = 0.5m,
        PriorityFactor = 3,
    };

    [Fact]
    public void EveryColumn_IsBilled() =>
        Assert.Equal(2 + 0.5m + 2.5m + 5, Prices.CostOf(new TokenUsage(900_000, 500_000, 100_000, 200_000)));

    [Fact]
    public void LongContext_IsBilledAsAWhole() =>
        Assert.Equal((2 * 20) + (1.5m * 5), Prices.CostOf(new TokenUsage(2_000_000, 0, 100_000)));

    [Theory]
    [InlineData(null, 15)]
    [InlineData("default", 15)]
    [InlineData("standard", 15)]
    [InlineData("flex", 7.5)]
    [InlineData("batch", 7.5)]
    [InlineData("priority", 45)]
    [InlineData("fast", 45)]
    public void Tier_OfTheReplyIsBilled(string? tier, decimal cost) =>
        Assert.Equal(cost, Prices.CostOf(new TokenUsage(1_000_000, 0, 100_000), tier));

    [Fact]
    public void WithoutAPriceForWrites_TheyAreInput() =>
        Assert.Equal(10, (Prices with { CacheWrite = null }).CostOf(new TokenUsage(1_000_000, 0, 0, 1_000_000)));

    [Fact]
    public void MostThatAnAnswerCosts_IsWithAllOfItsInputWrittenToTheCache() =>
        Assert.Equal(12.5m + 5, Prices.MostCostOf(1_000_000, 100_000));
}
