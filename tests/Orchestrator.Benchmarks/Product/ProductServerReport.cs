using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Product;

/// <summary>What <c>product server</c> found, as <c>--json</c> writes it.</summary>
/// <param name="Runs">So many are under way meanwhile.</param>
/// <param name="ThinkSeconds">How long their model takes for an answer.</param>
internal sealed record ProductServerReport(
    string Workload, Machine Machine, int Runs, int ThinkSeconds, int Rate, int Seconds, IReadOnlyList<ProductServerRound> Rounds);

/// <summary>Requests at a fixed rate, whether the ones before are answered or not.</summary>
/// <param name="LatencyMs">From the moment when a request was due to the end of its answer.</param>
/// <param name="Kinds">The same by what was asked; a message is the only one that is written.</param>
/// <param name="Refused">Answers that were no success.</param>
/// <param name="Turns">Turns that the runs took meanwhile.</param>
/// <param name="CpuShare">Of one core, that the server's process took; commands are beside it.</param>
/// <param name="PeakResidentBytes">The most memory that the server's process held.</param>
internal sealed record ProductServerRound(Spread LatencyMs, IReadOnlyList<RequestKind> Kinds, int Refused, int Turns, double CpuShare, long PeakResidentBytes);

/// <summary>Requests of one kind.</summary>
internal sealed record RequestKind(string Name, Spread LatencyMs);
