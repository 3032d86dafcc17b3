using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Product;

/// <summary>What <c>product crash</c> found, as <c>--json</c> writes it.</summary>
internal sealed record ProductCrashReport(
    string Workload, Machine Machine, ProductCrashSettings Settings, IReadOnlyList<ProductCrashRound> Rounds);

/// <summary>How much there is to do, and to lose.</summary>
/// <param name="Iterations">The tool calls of each run, one a turn; a last turn submits.</param>
internal sealed record ProductCrashSettings(int Agents, int Iterations);

/// <summary>What became of the runs of a round.</summary>
/// <param name="RunsAccepted">How many ended as accepted.</param>
/// <param name="ToolsTwice">Executions of commands that had been executed before.</param>
/// <param name="ToolsLost">Commands of accepted runs that were never executed, those reported as interrupted aside.</param>
/// <param name="ToolsInterrupted">Calls whose outcome could not be proved: the model was told so.</param>
/// <param name="TurnsAskedAgain">Requests to the model for a turn that it had been asked for before.</param>
/// <param name="WorkerFirstStepMs">From the restart of the killed worker to its first request to the model; null if none was left.</param>
/// <param name="HubFirstStepMs">From the restart of the killed hub to the first request once it listened; null if none was left.</param>
/// <param name="Seconds">From the start of hub and worker to the last run's end.</param>
internal sealed record ProductCrashRound(
    int RunsAccepted,
    int ToolsTwice,
    int ToolsLost,
    int ToolsInterrupted,
    int TurnsAskedAgain,
    double? WorkerFirstStepMs,
    double? HubFirstStepMs,
    double Seconds);
