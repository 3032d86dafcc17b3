using System.Text.Json;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Product;

/// <summary>When things happened in a run whose turns call one tool each, as <c>show --json</c> tells it.</summary>
internal sealed class TurnTimes
{
    // The first turns load what the others find loaded.
    private const int WarmUp = 5;

    private readonly (DateTimeOffset Answered, DateTimeOffset Started, DateTimeOffset Finished)[] _turns;

    private TurnTimes((DateTimeOffset, DateTimeOffset, DateTimeOffset)[] turns) => _turns = turns;

    /// <summary>The turns that are measured.</summary>
    public int Count => _turns.Length - 1;

    public DateTimeOffset From => _turns[0].Answered;

    public DateTimeOffset To => _turns[^1].Answered;

    /// <exception cref="IOException">There are too few turns to measure.</exception>
    public static TurnTimes Read(string shown)
    {
        using JsonDocument document = JsonDocument.Parse(shown);
        ILookup<int, (string Kind, DateTimeOffset At)> turns = document.RootElement.GetProperty("events").EnumerateArray().ToLookup(
            happened => happened.GetProperty("event").GetProperty("turn").GetInt32(),
            happened => (happened.GetProperty("event").GetProperty("kind").GetString()!, happened.GetProperty("at").GetDateTimeOffset()));
        (DateTimeOffset, DateTimeOffset, DateTimeOffset)[] whole =
        [
            .. turns.Where(turn => turn.Key > WarmUp && turn.Any(happened => happened.Kind == "ToolFinished")).OrderBy(turn => turn.Key)
                .Select(turn => (At(turn, "Answered"), At(turn, "ToolStarted"), At(turn, "ToolFinished"))),
        ];
        return whole.Length > 1 ? new TurnTimes(whole) : throw new IOException($"The run has {turns.Count} turns: too few to measure.");
    }

    public ProductTurnRound Round(double cpuSeconds, int allTurns) => new(
        Spread.Of(Enumerable.Range(0, Count).Select(turn => Ms(_turns[turn].Answered, _turns[turn + 1].Answered))),
        Spread.Of(_turns.Select(turn => Ms(turn.Answered, turn.Started))),
        Spread.Of(_turns.Select(turn => Ms(turn.Started, turn.Finished))),
        Spread.Of(Enumerable.Range(0, Count).Select(turn => Ms(_turns[turn].Finished, _turns[turn + 1].Answered))),
        cpuSeconds * 1000 / allTurns);

    private static DateTimeOffset At(IEnumerable<(string Kind, DateTimeOffset At)> turn, string kind) =>
        turn.First(happened => happened.Kind == kind).At;

    private static double Ms(DateTimeOffset from, DateTimeOffset to) => (to - from).TotalMilliseconds;
}
