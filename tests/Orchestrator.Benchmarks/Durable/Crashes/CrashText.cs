namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary>A report on crashes for people.</summary>
internal static class CrashText
{
    public static void Print(CrashReport report)
    {
        Console.WriteLine($"{report.Workload} on {report.Machine}");
        Console.WriteLine(
            $"{report.Settings.Agents} agents, {report.Settings.Iterations} iterations each, "
            + $"new generation after {report.Settings.Generation}");
        foreach (CrashPair pair in report.Rounds)
        {
            Print("hub  ", pair.Hub);
            Print("floor", pair.Floor);
        }
    }

    private static void Print(string what, CrashRound round)
    {
        Console.WriteLine($"{what}  {round.RunsFinished} finished in {round.Seconds:F1} s, {round.ToolsLost} tool calls lost");
        Print("worker", round.Worker);
        if (round.Hub is { } hub)
        {
            Print("hub", hub);
        }
    }

    private static void Print(string killed, CrashTrace trace)
    {
        string first = trace.FirstStepMs is { } ms ? $"first new step {ms:F0} ms after the restart" : "no step was left";
        Console.WriteLine($"       {killed} killed: {trace.ToolsTwice} tools and {trace.ModelTurnsTwice} model turns twice; {first}");
    }
}
