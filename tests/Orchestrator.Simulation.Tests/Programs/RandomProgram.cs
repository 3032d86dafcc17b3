namespace Orchestrator.Simulation.Tests.Programs;

/// <summary>Makes programs, and says without running them what they come to.</summary>
internal static class RandomProgram
{
    private const int LongestCollect = 30;

    public static IReadOnlyList<Step> Of(Random random, int depth = 0)
    {
        var steps = new List<Step>();
        for (int left = random.Next(1, depth == 0 ? 8 : 4); left > 0; left--)
        {
            steps.Add(Next(random, depth));
        }

        return steps;
    }

    public static long Sum(IReadOnlyList<Step> steps) => steps.Aggregate(new ProgramState(), (state, step) => step.Kind switch
    {
        StepKind.Act or StepKind.Retry or StepKind.Race => state.Plus(ProgramTasks.Answer(step.Number)),
        StepKind.ActTogether => Enumerable.Range(0, step.Number).Aggregate(state, (sum, each) => sum.Plus(ProgramTasks.Answer(each))),
        StepKind.Call or StepKind.Listen => state.Plus(Sum(step.Body)),
        StepKind.CallTogether => Enumerable.Range(0, step.Number).Aggregate(state, (sum, _) => sum.Plus(Sum(step.Body))),
        _ => state.Plus((int)step.Kind),
    }).Sum;

    /// <summary>How long it takes where nothing goes wrong, at most.</summary>
    public static TimeSpan Time(IReadOnlyList<Step> steps) => steps.Aggregate(TimeSpan.FromSeconds(1), (time, step) => time + step.Kind switch
    {
        StepKind.Act or StepKind.ActTogether or StepKind.Fail => TimeSpan.FromSeconds(1),
        StepKind.Retry => TimeSpan.FromSeconds(8),
        StepKind.Sleep => TimeSpan.FromSeconds(step.Number),
        StepKind.Race => TimeSpan.FromSeconds(10),
        StepKind.Call or StepKind.CallTogether or StepKind.Listen => Time(step.Body),
        StepKind.Collect => TimeSpan.FromSeconds(LongestCollect),
        _ => TimeSpan.Zero,
    });

    private static Step Next(Random random, int depth)
    {
        int kind = random.Next(depth == 0 ? 14 : 9);
        return kind switch
        {
            0 or 1 => new Step(StepKind.Act, random.Next(1000), []),
            2 => new Step(StepKind.ActTogether, random.Next(1, 6), []),
            3 => new Step(StepKind.Retry, random.Next(1, 4), []),
            4 => new Step(StepKind.Fail, 0, []),
            5 or 6 => new Step(StepKind.Sleep, random.Next(12), []),
            7 => new Step(StepKind.Race, random.Next(1000), []),
            8 => new Step(StepKind.Again, 0, []),
            9 => new Step(StepKind.Call, 1, Of(random, depth + 1)),
            10 => new Step(StepKind.CallTogether, random.Next(2, 4), Of(random, depth + 1)),
            11 => Listen(random),
            _ => new Step(StepKind.Collect, 0, []),
        };
    }

    private static Step Listen(Random random)
    {
        int told = random.Next(1, 5);
        return new Step(StepKind.Listen, told, [.. Of(random, depth: 1), new Step(StepKind.Tell, told, []), .. Of(random, depth: 1)]);
    }
}
