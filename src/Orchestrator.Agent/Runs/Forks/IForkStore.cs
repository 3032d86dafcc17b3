using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Runs.Forks;

/// <summary>Forks of runs: what a run had come to at a turn, as the beginning of another.</summary>
public interface IForkStore
{
    /// <summary>What stands at a turn of a run.</summary>
    Task<ForkPoint> FindPointAsync(string run, int turn, CancellationToken cancellationToken);

    /// <summary>Whether the model of a run, or of the one it is a fork of, has read that its plan is approved.</summary>
    Task<bool> HasPlanAsync(string run, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a fork as a new run, with the conversation up to its turn, what its calls are known by, and the compaction through which the
    /// model saw it then. Under a key that is taken nothing is stored.
    /// </summary>
    /// <param name="fork">The task, with where it begins.</param>
    /// <param name="message">What a person says to it behind that turn; null for nothing.</param>
    /// <param name="key">What its repetition is known by.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What stands under the key.</returns>
    Task<StoredSubmission> AddAsync(AdmittedTask fork, string? message, SubmissionKey key, CancellationToken cancellationToken);
}

/// <summary>A turn of a run, as a place to fork it.</summary>
/// <param name="IsAnswered">The turn is over: all its calls have their results.</param>
/// <param name="EndsWithModel">The model spoke last, so that somebody must say something before it goes on.</param>
/// <param name="Snapshot">What the files were; null if no call had changed any, empty if nobody knows.</param>
/// <param name="Beyond">What calls behind it did outside the workspace, which nothing here undoes.</param>
public sealed record ForkPoint(bool IsAnswered, bool EndsWithModel, string? Snapshot, IReadOnlyList<EffectOutside> Beyond);

/// <summary>A call that reached beyond the workspace.</summary>
/// <param name="Effect">The call.</param>
/// <param name="Tool">Its tool.</param>
/// <param name="What">What it did, as the timeline says it.</param>
public sealed record EffectOutside(EffectId Effect, string Tool, string What);
