namespace Orchestrator.Agent.Approvals;

/// <summary>Approvals and their decisions; the rows are the truth, events only wake up whoever waits.</summary>
public interface IApprovalStore
{
    /// <summary>Opens an approval, or stores one that its editor's vote has approved; opening the same id again changes nothing.</summary>
    /// <returns>The approval as it is stored.</returns>
    Task<Approval> OpenAsync(Approval approval, CancellationToken cancellationToken);

    Task<Approval?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Open approvals, oldest first.</summary>
    /// <param name="run">Only those of this run and of its sub-agents; null for all.</param>
    Task<IReadOnlyList<Approval>> ListOpenAsync(string? run, CancellationToken cancellationToken);

    /// <summary>A page of the open approvals, oldest first.</summary>
    /// <param name="tenant">Only those of this tenant; null for all.</param>
    /// <param name="after">What <see cref="FoundApprovals.Next"/> of the page before says; 0 for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<FoundApprovals> SearchOpenAsync(string? tenant, long after, int limit, CancellationToken cancellationToken);

    /// <summary>All approvals of a run, however they stand, in the order in which they were asked.</summary>
    Task<IReadOnlyList<Approval>> ListAsync(string run, CancellationToken cancellationToken);

    /// <summary>The approvals of a run that people have decided, in the order in which they were asked.</summary>
    Task<IReadOnlyList<Approval>> ListDecidedAsync(string run, CancellationToken cancellationToken);

    /// <summary>
    /// Applies a decision by <see cref="DecisionRules"/>: votes, state and doorbell in one transaction. To be called through <see cref="Decisions"/>,
    /// which knows the roster.
    /// </summary>
    Task<DecisionOutcome> DecideAsync(Decision decision, CancellationToken cancellationToken);

    /// <summary>Does what is due by now for an approval, and for others of its run that are open: reminds, escalates, ends. What is done is told once.</summary>
    Task<ApprovalLook> AttendAsync(string id, CancellationToken cancellationToken);

    /// <summary>Says that what was approved has changed before it began; nothing if it has been used up.</summary>
    Task SupersedeAsync(string id, CancellationToken cancellationToken);

    /// <summary>Instances that have something to read: decided approvals whose decision was not read yet, and canceled runs until they are over.</summary>
    Task<IReadOnlyList<string>> ListDoorbellsAsync(CancellationToken cancellationToken);

    /// <summary>Says that the decision has been read by the one who waits for it.</summary>
    Task ConsumeDoorbellAsync(string id, CancellationToken cancellationToken);
}

/// <summary>How an approval stands, and when something is due.</summary>
/// <param name="State">How it stands.</param>
/// <param name="NextIn">How long until the next reminder, rung or end; null if none comes.</param>
public sealed record ApprovalLook(ApprovalState State, TimeSpan? NextIn);
