using Orchestrator.Agent.Models;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Models;

/// <summary>What <c>model replay</c> found, as <c>--json</c> writes it.</summary>
/// <param name="Bytes">Of the entries that are replayed.</param>
/// <param name="Entries">How many they are.</param>
internal sealed record ReplayReport(string Workload, Machine Machine, int Bytes, int Entries, int Calls, IReadOnlyList<ReplayRound> Rounds);

/// <summary>The same conversation sent again and again in one dialect.</summary>
/// <param name="Ms">From the stored entries to the answer that is read.</param>
/// <param name="AllocatedBytes">Managed memory for each call, that of all threads.</param>
/// <param name="SentBytes">The length of a request's body.</param>
/// <param name="CpuMs">CPU time of this process for each call.</param>
/// <param name="FloorMs">The same body, ready in memory, sent by a bare HTTP client.</param>
/// <param name="FloorAllocatedBytes">What that allocates for each call.</param>
internal sealed record ReplayRound(
    Dialect Dialect, Spread Ms, long AllocatedBytes, long SentBytes, double CpuMs, Spread FloorMs, long FloorAllocatedBytes);
