namespace Orchestrator.Benchmarks.Measures;

/// <summary>How a figure spreads over many samples; percentiles by nearest rank.</summary>
internal sealed record Spread(int Samples, double Min, double Median, double P95, double P99, double Max)
{
    /// <exception cref="ArgumentException">There is no sample.</exception>
    public static Spread Of(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("A spread needs a sample.", nameof(samples));
        }

        return new Spread(sorted.Length, sorted[0], Rank(sorted, 0.5), Rank(sorted, 0.95), Rank(sorted, 0.99), sorted[^1]);
    }

    /// <summary>Of milliseconds.</summary>
    public string InWords() => $"median {Median:F1} p95 {P95:F1} p99 {P99:F1} max {Max:F0}";

    private static double Rank(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * share) - 1)];
}
