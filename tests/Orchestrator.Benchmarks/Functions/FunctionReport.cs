using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Functions;

/// <summary>What <c>functions</c> found, as <c>--json</c> writes it.</summary>
internal sealed record FunctionReport(string Workload, Machine Machine, IReadOnlyList<FunctionFigures> Functions);

/// <summary>One function.</summary>
/// <param name="AllocatedBytes">Managed memory for each call.</param>
internal sealed record FunctionFigures(string Name, double MedianNs, double MeanNs, double StandardDeviationNs, long AllocatedBytes);
