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

    /// <param name="attempt">How often it was tried before, from 0.</param>
    public static string OfLanding(string run, int turn, int attempt) => $"{run}.landing{turn}{(attempt == 0 ? string.Empty : $"a{attempt}")}";

    /// <param name="attempt">The attempt that brought nothing, from 0.</param>
    public static string OfFailedLanding(string run, int turn, int attempt) => $"{OfLanding(run, turn, attempt)}f";

    /// <summary>It asks whether a landing that failed is tried again.</summary>
    public static bool IsOfFailedLanding(Approval approval) => approval.Kind == CheckpointKind.Landing && approval.Id.EndsWith('f');

    public static string OfCompaction(string run, int number) => $"{run}.compaction{number}";

    public static string OfStuck(string run, int turn) => $"{run}.stuck{turn}";

    public static string OfBudget(string run, int raises) => $"{run}.budget{raises + 1}";
}
