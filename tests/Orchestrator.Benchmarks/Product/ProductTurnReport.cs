using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Product;

/// <summary>What <c>product turn</c> found, as <c>--json</c> writes it.</summary>
/// <param name="Fsyncs">By what was synced, a turn; null if they weren't counted.</param>
internal sealed record ProductTurnReport(
    string Workload, Machine Machine, int Turns, IReadOnlyList<ProductTurnRound> Rounds, FsyncsPerTurn? Fsyncs);

/// <summary>The turns of one run: each is an answer of the model with one command, and the command in its sandbox.</summary>
/// <param name="TurnMs">From one kept answer to the next.</param>
/// <param name="StartMs">From the kept answer to the note that its command starts.</param>
/// <param name="CallMs">From there to the kept result: supervisor, sandbox, command, journal.</param>
/// <param name="AskMs">From the result to the next kept answer: history, request, the script's answer.</param>
/// <param name="CpuMs">CPU time of the machine, a turn.</param>
internal sealed record ProductTurnRound(Spread TurnMs, Spread StartMs, Spread CallMs, Spread AskMs, double CpuMs);

/// <summary>Calls of fsync and fdatasync a turn, by the file.</summary>
/// <param name="Hub">The hub's database.</param>
/// <param name="Runs">The run database.</param>
/// <param name="Effects">The journal of the command and what it wrote.</param>
internal sealed record FsyncsPerTurn(double All, double Hub, double Runs, double Effects)
{
    /// <param name="files">What was synced, call by call.</param>
    /// <param name="turns">The turns meanwhile.</param>
    public static FsyncsPerTurn Of(IReadOnlyList<string> files, int turns) =>
        new((double)files.Count / turns, Of("/hub.db", files, turns), Of("/run.db", files, turns), Of("/effects", files, turns));

    private static double Of(string part, IReadOnlyList<string> files, int turns) =>
        (double)files.Count(file => file.Contains(part, StringComparison.Ordinal)) / turns;
}
