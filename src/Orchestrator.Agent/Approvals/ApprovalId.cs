using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Approvals;

/// <summary>Names a checkpoint by its place in its run, so that every replay asks the same question.</summary>
public static class ApprovalId
{
    public static string OfCall(EffectId effect) => effect.Revision == 0
        ? $"{effect.Run}.t{effect.Turn}c{effect.Call}"
        : $"{effect.Run}.t{effect.Turn}c{effect.Call}r{effect.Revision}";

    /// <param name="revision">How often a person has edited it.</param>
    public static string OfPlan(string run, int turn, int revision) => $"{run}.plan{turn}{(revision == 0 ? string.Empty : $"r{revision}")}";

    /// <param name="revision">How often a person has left parts out of it.</param>
    public static string OfFinal(string run, int turn, int revision) => $"{run}.final{turn}{(revision == 0 ? string.Empty : $"r{revision}")}";

    public static string OfCompaction(string run, int number) => $"{run}.compaction{number}";

    public static string OfStuck(string run, int turn) => $"{run}.stuck{turn}";

    public static string OfBudget(string run, int raises) => $"{run}.budget{raises + 1}";
}
