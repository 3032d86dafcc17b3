namespace Orchestrator.Agent.Turns;

/// <summary>How long a run waits for a provider that asks to be left alone. It holds nothing meanwhile, and it is no time at work.</summary>
internal static class ProviderWait
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestOwn = TimeSpan.FromMinutes(15);

    /// <summary>In all, for one turn.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromHours(24);

    /// <summary>What the provider asks for, but the more often it has put this turn off, the less often it is asked.</summary>
    /// <param name="asked">What the provider asks for.</param>
    /// <param name="waits">How often this turn was put off before.</param>
    public static TimeSpan Of(TimeSpan asked, int waits)
    {
        TimeSpan own = Shortest * Math.Pow(2, Math.Min(waits, 10));
        own = own < LongestOwn ? own : LongestOwn;
        return asked > own ? asked : own;
    }
}
