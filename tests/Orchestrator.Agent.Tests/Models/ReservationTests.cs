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

    private static readonly ModelDescription Model = new()
    {
        Id = "m",
        Provider = "p",
        Dialect = Dialect.Responses,
        Reason = "the test says so",
        ContextWindow = 2_000_000,
        Prices = Prices,
    };

    /// <summary>Whatever fits, and half of a small window at most; a little is asked for even where the estimate says that nothing fits.</summary>
    [Theory]
    [InlineData(1_000_000, null, 10_000, 16_384)]
    [InlineData(1_000_000, 8_192, 10_000, 8_192)]
    [InlineData(1_000_000, 128_000, 10_000, 16_384)]
    [InlineData(32_000, null, 10_000, 16_000)]
    [InlineData(32_000, null, 20_000, 12_000)]
    [InlineData(32_000, 4_096, 20_000, 4_096)]
    [InlineData(32_000, null, 31_500, 1_000)]
    [InlineData(32_000, null, 40_000, 1_000)]
    public void LongestAnswer_FitsIntoTheWindow(int window, int? limit, long input, int expected) => Assert.Equal(
        expected, Reservation.LongestAnswer(Model with { ContextWindow = window, AnswerLimit = limit }, leftUsd: 1_000, input));

    [Theory]
    [InlineData(10, 16_384)]
    [InlineData(0.54152, 16_384)]
    [InlineData(0.2, 5_000)]
    [InlineData(0.08, 1_000)]
    [InlineData(0.0799, null)]
    [InlineData(0, null)]
    public void LongestAnswer_IsWhatTheRestPaysFor(double left, int? expected) =>
        Assert.Equal(expected, Reservation.LongestAnswer(Model, (decimal)left, inputTokens: 10_000));

    [Fact]
    public void NoLimitOrNoPrice_BoundsNothing()
    {
        Assert.Equal(ModelRequest.LongestAnswer, Reservation.LongestAnswer(Model, null, 1_000_000));
        Assert.Equal(ModelRequest.LongestAnswer, Reservation.LongestAnswer(Model with { Prices = null }, 0.01m, 1_000_000));
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
            int? longest = Reservation.LongestAnswer(Model, left, input);

            decimal worst = Prices.CostOf(new TokenUsage(input, 0, longest ?? Reservation.LeastAnswer));
            Assert.Equal(longest is not null, worst <= left);
            bounded += longest is < ModelRequest.LongestAnswer and >= Reservation.LeastAnswer ? 1 : 0;
        }

        Assert.InRange(bounded, 100, 10_000);
    }
}
