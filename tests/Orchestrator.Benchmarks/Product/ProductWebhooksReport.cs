using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Product;

/// <summary>What <c>product webhooks</c> found, as <c>--json</c> writes it.</summary>
internal sealed record ProductWebhooksReport(string Workload, Machine Machine, int Rate, int Seconds, IReadOnlyList<ProductWebhooksRound> Rounds);

/// <summary>Deliveries at a fixed rate, whether the ones before are answered or not; every fourth repeats an earlier one.</summary>
/// <param name="LatencyMs">From the moment when a delivery was due to the end of its answer.</param>
/// <param name="Refused">Answers that were no success.</param>
/// <param name="New">Deliveries that were none before, each of them stored before it was answered.</param>
/// <param name="Runs">Runs that have begun meanwhile.</param>
/// <param name="CpuShare">Of one core, that the server's process took.</param>
/// <param name="PeakResidentBytes">The most memory that the server's process held.</param>
internal sealed record ProductWebhooksRound(Spread LatencyMs, int Refused, int New, int Runs, double CpuShare, long PeakResidentBytes);
