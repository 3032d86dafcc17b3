using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Product;

/// <summary>What <c>product load</c> found, as <c>--json</c> writes it.</summary>
internal sealed record ProductLoadReport(string Workload, Machine Machine, ProductLoadSettings Settings, IReadOnlyList<ProductLoadRound> Rounds);

/// <summary>How much there is to do at once.</summary>
/// <param name="Runs">So many are under way.</param>
/// <param name="Pace">Answers of the model a second in the paced phase.</param>
/// <param name="Rate">Requests to the server a second beside them.</param>
/// <param name="Seconds">The length of each phase.</param>
/// <param name="WarmUp">Seconds before each phase that aren't measured.</param>
internal sealed record ProductLoadSettings(int Runs, int Pace, int Rate, int Seconds, int WarmUp);

/// <summary>The same runs, first with a model that answers at a pace, then with one that answers at once.</summary>
/// <param name="Fsyncs">Calls of fsync and fdatasync of the server's process a turn, of a model that answers at once; null if they weren't counted.</param>
/// <param name="Accepted">Runs that ended as accepted.</param>
/// <param name="AskedAgain">Questions that the model had answered before: each is an error of somebody.</param>
/// <param name="SecondsToBegin">From the first submission until all runs have asked the model.</param>
/// <param name="SecondsToEnd">From the model's word that all is done until the last run has ended, each verified in a sandbox.</param>
internal sealed record ProductLoadRound(
    LoadPhase Paced, LoadPhase Saturated, FsyncsPerTurn? Fsyncs, int Accepted, int AskedAgain, double SecondsToBegin, double SecondsToEnd);

/// <summary>Turns of all runs for a while, beside the requests.</summary>
/// <param name="TurnsPerSecond">Answers of the model.</param>
/// <param name="StepMs">From an answer to the next question of the same run.</param>
/// <param name="LatencyMs">From the moment when a request to the server was due to the end of its answer.</param>
/// <param name="Kinds">The same by what was asked.</param>
/// <param name="Refused">Answers that were no success.</param>
/// <param name="CpuMsPerTurn">CPU time of the server's process, its answers to requests included.</param>
/// <param name="PeakResidentBytes">The most memory that it has held so far.</param>
internal sealed record LoadPhase(
    double TurnsPerSecond, Spread StepMs, Spread LatencyMs, IReadOnlyList<RequestKind> Kinds, int Refused, double CpuMsPerTurn, long PeakResidentBytes);
