using Orchestrator.Benchmarks.Durable.Hubs;

namespace Orchestrator.Benchmarks.Durable.Parking;

/// <summary>How many agents are parked, and how they are let go.</summary>
/// <param name="OneByOne">How many of them are decided on one after the other; the rest are decided on at once.</param>
internal sealed record ParkedSettings(int Agents, int OneByOne, HubPlace Hub)
{
    private const int MostWarm = 100;

    /// <summary>How many go before, unmeasured: code is compiled and caches exist before memory is counted.</summary>
    public int WarmUp => Math.Min(Agents, MostWarm);
}
