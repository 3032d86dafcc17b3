namespace Orchestrator.Agent.Runs.Forks;

/// <summary>A run can't be forked at that turn; the message says why, and what to give instead.</summary>
public sealed class ForkException(string message) : Exception(message)
{
    /// <summary>There is nothing left to take up.</summary>
    public static ForkException OfPurged(string run) => new($"Run {run} was purged: its conversation and files are gone, and can't be taken up.");
}
