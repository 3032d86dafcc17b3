namespace Orchestrator.Agent.Steering;

/// <summary>Pauses, messages and kill switches, as rows that runs read before each model call. They outlive every process.</summary>
public interface ISteeringStore
{
    /// <summary>Keeps a signal, tells of it in the run's timeline, and wakes the run where it waits for that.</summary>
    Task<SignalOutcome> AddAsync(string run, SteeringSignal signal, CancellationToken cancellationToken);

    /// <returns>Why the run may not ask a model now; null if it may.</returns>
    Task<string?> FindHoldAsync(string run, CancellationToken cancellationToken);

    /// <summary>Notes that a run waits, if it still has to, so that whoever ends that wakes it.</summary>
    /// <returns>Why it waits; null if it need not any more.</returns>
    Task<string?> HoldAsync(string run, int turn, CancellationToken cancellationToken);

    /// <summary>Notes that a run waits no longer.</summary>
    Task ReleaseAsync(string run, CancellationToken cancellationToken);

    /// <summary>Appends what people said to the transcript, in the order in which they said it, once.</summary>
    /// <param name="run">The run.</param>
    /// <param name="turn">The turn whose first request is the next.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task DeliverMessagesAsync(string run, int turn, CancellationToken cancellationToken);

    /// <summary>Has no run of a scope ask a model. One that is on already stays as it is.</summary>
    Task TurnOnKillSwitchAsync(string scope, string person, string? reason, CancellationToken cancellationToken);

    /// <summary>Has the runs of a scope ask models again.</summary>
    /// <param name="scope">Whose runs.</param>
    /// <param name="since">Only the switch that was turned on then; null for whichever is on.</param>
    /// <param name="person">Who turns it off.</param>
    /// <param name="reason">Why; null where nobody said.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was on.</returns>
    Task<bool> TurnOffKillSwitchAsync(string scope, DateTimeOffset? since, string person, string? reason, CancellationToken cancellationToken);

    /// <summary>The kill switches that are on.</summary>
    Task<IReadOnlyList<KillSwitch>> ListKillSwitchesAsync(CancellationToken cancellationToken);
}
