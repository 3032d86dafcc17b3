using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Estimates;

/// <summary>How runs go: a short course and a long one, and where that is known from.</summary>
/// <param name="Least">A run that goes well.</param>
/// <param name="Most">A run that takes long.</param>
/// <param name="Source">Where that is known from, as the end of a sentence.</param>
public sealed record Experience(Course Least, Course Most, string Source)
{
    /// <summary>With fewer runs than that, nothing is concluded from them.</summary>
    public const int LeastRuns = 5;

    /// <summary>Rough figures for a deployment that has seen few runs: nobody measured them.</summary>
    public static Experience None { get; } = new(
        new Course(8, 250, 600), new Course(60, 800, 2_500), $"rough figures, as long as fewer than {LeastRuns} runs were accepted here");

    /// <param name="accepted">Turns and tokens of runs that were accepted.</param>
    /// <param name="openingTokens">What every request is taken to begin with.</param>
    public static Experience Of(IReadOnlyList<(int Turns, TokenUsage Usage)> accepted, long openingTokens)
    {
        Course[] courses = [.. accepted.Where(run => run.Turns > 1 && run.Usage.InputTokens > 0).Select(run => Of(run.Turns, run.Usage, openingTokens))];
        return courses.Length < LeastRuns
            ? None
            : new Experience(Quartile(courses, 0.25), Quartile(courses, 0.75), $"the middle half of the {courses.Length} newest runs that were accepted here");
    }

    /// <summary>Each request repeats the one before: so the inputs of n turns are n openings and 0 + 1 + … + (n - 1) times what a turn adds.</summary>
    private static Course Of(int turns, TokenUsage usage, long openingTokens)
    {
        long answer = usage.OutputTokens / turns;
        long added = Math.Max(usage.InputTokens - (turns * openingTokens), 0) * 2 / ((long)turns * (turns - 1));
        return new Course(turns, answer, Math.Max(added - answer, 0));
    }

    private static Course Quartile(Course[] courses, double share) => new(
        (int)Quantile(courses.Select(course => (long)course.Turns), share),
        Quantile(courses.Select(course => course.AnswerTokens), share),
        Quantile(courses.Select(course => course.ResultTokens), share));

    private static long Quantile(IEnumerable<long> values, double share)
    {
        long[] sorted = [.. values.Order()];
        return sorted[(int)Math.Round((sorted.Length - 1) * share)];
    }
}
