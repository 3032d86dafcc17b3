using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Intake;

/// <summary>What ticket systems have sent, and what has become of it. Several keepers may work on one store.</summary>
public interface IIntakeStore
{
    /// <summary>Keeps a delivery, unless it is there: under its body, its sender's name for it, or, if it asks for a run, as a wish for the same one.</summary>
    /// <exception cref="IntakeStoreException">Nothing could be stored.</exception>
    Task<Receipt> ReceiveAsync(IntakeDelivery delivery, CancellationToken cancellationToken);

    /// <summary>What waits and may be started now, but for tenants whose kill switch is on.</summary>
    Task<IntakeQueue> ReadQueueAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Counts an attempt, keeps other keepers off until then, and notes that the older ones of the same team were passed over. Whoever dies
    /// behind it leaves the delivery due at that time.
    /// </summary>
    /// <returns>Null, and nothing is changed, if another keeper was first.</returns>
    Task<IntakeDelivery?> ClaimAsync(long id, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Makes a delivery a run, with its ticket, in one transaction; none if it has become one, or may not.</summary>
    Task<StartOutcome> StartAsync(IntakeDelivery delivery, Wish wish, AdmittedTask task, IntakeLimits limits, CancellationToken cancellationToken);

    /// <summary>Ends a delivery that waits.</summary>
    Task EndAsync(IntakeDelivery delivery, DeliveryState state, string reason, CancellationToken cancellationToken);

    /// <summary>Has a delivery wait until then.</summary>
    Task PostponeAsync(IntakeDelivery delivery, DateTimeOffset until, string reason, CancellationToken cancellationToken);

    /// <summary>Has one that was given up be tried now, with all its attempts before it.</summary>
    /// <returns>False if there is none that has failed.</returns>
    Task<bool> RetryAsync(long id, string person, CancellationToken cancellationToken);

    /// <summary>The newest first.</summary>
    Task<FoundDeliveries> SearchAsync(DeliveryQuery query, CancellationToken cancellationToken);

    /// <summary>Forgets what came to nothing before then; what became a run, or failed to, stays, so that it is known when it comes again.</summary>
    Task ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken);
}

/// <summary>What is stored of a delivery.</summary>
/// <param name="Delivery">The delivery, or the one before that it repeats.</param>
/// <param name="Kind">Whether it is new.</param>
public sealed record Receipt(IntakeDelivery Delivery, ReceiptKind Kind);

/// <summary>Whether a delivery is new.</summary>
public enum ReceiptKind
{
    New,

    /// <summary>The same body has come before.</summary>
    Repeated,

    /// <summary>Another body has come under the same name.</summary>
    Conflicting,
}

/// <summary>What has come of an attempt to start.</summary>
public enum StartOutcome
{
    Started,

    /// <summary>As many runs as may be are at work.</summary>
    Full,

    /// <summary>The kill switch is on.</summary>
    Held,

    /// <summary>Another run of the ticket is under way; the delivery has ended.</summary>
    Busy,

    /// <summary>It doesn't wait any more: another keeper was first.</summary>
    Gone,
}

/// <summary>How many runs may be at work.</summary>
/// <param name="MostRuns">Of all sources.</param>
/// <param name="MostOfSource">Of the delivery's.</param>
public sealed record IntakeLimits(int MostRuns, int MostOfSource);

/// <summary>Which deliveries are asked for; what is null asks for all.</summary>
public sealed record DeliveryQuery
{
    public long? Before { get; init; }

    public int Limit { get; init; } = 50;

    public DeliveryState? State { get; init; }

    public string? Source { get; init; }

    public string? Tenant { get; init; }
}

/// <summary>Deliveries, newest first.</summary>
/// <param name="Deliveries">The deliveries.</param>
/// <param name="Next">Where the next page begins; null if this is the last.</param>
public sealed record FoundDeliveries(IReadOnlyList<IntakeDelivery> Deliveries, long? Next);
