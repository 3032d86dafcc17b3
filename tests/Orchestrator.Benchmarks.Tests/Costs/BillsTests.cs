using Orchestrator.Agent.Models;
using Orchestrator.Benchmarks.Costs;

namespace Orchestrator.Benchmarks.Tests.Costs;

public sealed class BillsTests
{
    private static readonly ModelPrices Prices = new() { AsOf = "2026-01-01", Input = 10, CachedInput = 1, Output = 50 };

    /// <summary>Two turns, the question for a summary, and two turns behind it.</summary>
    private static readonly Bills Example = new(
        [
            new BilledRequest(10_000, 0, 100, false),
            new BilledRequest(12_000, 9_984, 100, false),
            new BilledRequest(14_500, 11_904, 100, true),
            new BilledRequest(13_000, 0, 100, false),
            new BilledRequest(15_000, 12_928, 100, false),
        ],
        Prices);

    [Fact]
    public void Optimum_PaysForEachTokenOnceWhereItStandsFirst() => Assert.Equal(
        new Bill(5, 64_500, 10_000 + 12_000 + 10_000 + 13_000, 45_000 / 64_500.0, 0.24m), Example.Optimum);

    [Fact]
    public void PrefixThatIsLostOnce_IsOnTheBill() => Assert.Equal(
        new Bill(5, 64_500, 34_816, 34_816 / 64_500.0, ((29_684 * 10m) + 34_816) / 1_000_000), Example.Ours);

    [Fact]
    public void NaiveLoop_SendsAllTurnsAgain() => Assert.Equal(
        (4L, 10_000L + 12_000 + 14_000 + 16_000, 0L), (Example.Naive.Requests, Example.Naive.InputTokens, Example.Naive.CachedTokens));

    [Fact]
    public void AppendOnlyLoop_PaysForWhatItAdds() => Assert.Equal(
        10_000L + 12_000 + 14_000, Example.AppendOnly.CachedTokens);
}
