using Orchestrator.Agent.Models;
using Xunit.Abstractions;

namespace Orchestrator.Agent.Tests.Models;

public sealed class ReservationTests(ITestOutputHelper output)
{
    private static readonly ModelPrices Prices = new()
    {
        AsOf = "2026-01-01",
        Input = 5,
        CachedInput = 0.5m,
        Output = 30,
        LongContextFrom = 272_000,
        LongContextInputFactor = 2,
        LongContextOutputFactor = 1.5m,
    };

    [Theory]
    [InlineData(10, 16_384)]
    [InlineData(0.54152, 16_384)]
    [InlineData(0.2, 5_000)]
    [InlineData(0.08, 1_000)]
    [InlineData(0.0799, null)]
    [InlineData(0, null)]
    public void LongestAnswer_IsWhatTheRestPaysFor(double left, int? expected) =>
        Assert.Equal(expected, Reservation.LongestAnswer(Prices, (decimal)left, inputTokens: 10_000));

    [Fact]
    public void NoLimitOrNoPrice_BoundsNothing()
    {
        Assert.Equal(ModelRequest.LongestAnswer, Reservation.LongestAnswer(Prices, null, 1_000_000));
        Assert.Equal(ModelRequest.LongestAnswer, Reservation.LongestAnswer(null, 0.01m, 1_000_000));
    }

    [Fact]
    public void WhateverIsLeft_TheWorstCaseIsPaidFor()
    {
        const int seed = 20261123;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int bounded = 0;
        for (int round = 0; round < 10_000; round++)
        {
            decimal left = (decimal)(random.NextDouble() * Math.Pow(10, random.Next(-3, 2)));
            long input = random.Next(1, 600_000);
            int? longest = Reservation.LongestAnswer(Prices, left, input);

            decimal worst = Prices.CostOf(new TokenUsage(input, 0, longest ?? Reservation.LeastAnswer));
            Assert.Equal(longest is not null, worst <= left);
            bounded += longest is < ModelRequest.LongestAnswer and >= Reservation.LeastAnswer ? 1 : 0;
        }

        Assert.InRange(bounded, 100, 10_000);
    }
}
