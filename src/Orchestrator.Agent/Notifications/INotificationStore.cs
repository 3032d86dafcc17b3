namespace Orchestrator.Agent.Notifications;

/// <summary>What people are to be told, until they were. Several postmen may work on one store.</summary>
public interface INotificationStore
{
    /// <summary>Notices that nobody has addressed yet, oldest first.</summary>
    Task<IReadOnlyList<Notice>> ListNoticesAsync(int most, CancellationToken cancellationToken);

    /// <summary>Puts notifications in the place of notices; those of a notice that another postman has addressed meanwhile are left out.</summary>
    Task AddressAsync(IReadOnlyList<Notice> notices, IReadOnlyList<Notification> notifications, CancellationToken cancellationToken);

    /// <summary>Notifications of a channel that are due, those that were tried least first, and with each of them all that is in its message.</summary>
    Task<IReadOnlyList<Notification>> ListDueAsync(string channel, int most, CancellationToken cancellationToken);

    /// <summary>The channels that something waits for now.</summary>
    Task<IReadOnlyList<string>> ListDueChannelsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Counts an attempt and keeps other postmen off until then. Whoever dies behind it leaves the notifications due at that time, in
    /// the same message.
    /// </summary>
    /// <returns>False, and nothing is changed, if another postman has one of them.</returns>
    Task<bool> ClaimAsync(IReadOnlyList<Notification> notifications, string message, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Ends notifications.</summary>
    Task EndAsync(IReadOnlyList<Notification> notifications, NotificationState state, string? failure, CancellationToken cancellationToken);

    /// <summary>Has notifications wait until then.</summary>
    Task PostponeAsync(IReadOnlyList<Notification> notifications, DateTimeOffset until, string? failure, CancellationToken cancellationToken);

    /// <summary>Has one that was given up be sent now, with all its attempts before it.</summary>
    /// <returns>False if there is none that has failed.</returns>
    Task<bool> RetryAsync(long id, CancellationToken cancellationToken);

    /// <summary>The newest first.</summary>
    /// <param name="onlyFailed">Only those that were given up.</param>
    /// <param name="most">How many.</param>
    Task<IReadOnlyList<Notification>> ListAsync(bool onlyFailed, int most, CancellationToken cancellationToken);

    /// <summary>Forgets what ended before then.</summary>
    Task ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken);
}
