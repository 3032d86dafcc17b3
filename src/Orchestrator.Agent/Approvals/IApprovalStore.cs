namespace Orchestrator.Agent.Approvals;

/// <summary>Approvals and their decisions; the rows are the truth, events only wake up whoever waits.</summary>
public interface IApprovalStore
{
    /// <summary>Opens an approval; opening the same id again changes nothing.</summary>
    /// <returns>The approval as it is stored.</returns>
    Task<Approval> OpenAsync(Approval approval, CancellationToken cancellationToken);

    Task<Approval?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Open approvals, oldest first.</summary>
    /// <param name="run">Only those of this run and of its sub-agents; null for all.</param>
    Task<IReadOnlyList<Approval>> ListOpenAsync(string? run, CancellationToken cancellationToken);

    /// <summary>The approvals of a run that a person has decided, in the order in which they were asked.</summary>
    Task<IReadOnlyList<Approval>> ListDecidedAsync(string run, CancellationToken cancellationToken);

    /// <summary>Records a decision together with its doorbell, if the approval is open and still has that digest.</summary>
    Task<DecisionOutcome> DecideAsync(Decision decision, CancellationToken cancellationToken);

    /// <summary>Instances that have something to read: decided approvals whose decision was not read yet, and canceled runs until they are over.</summary>
    Task<IReadOnlyList<string>> ListDoorbellsAsync(CancellationToken cancellationToken);

    /// <summary>Says that the decision has been read by the one who waits for it.</summary>
    Task ConsumeDoorbellAsync(string id, CancellationToken cancellationToken);
}

/// <summary>What a person said of an approval.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="Digest">The digest that the person was shown.</param>
/// <param name="IsApproval">Approve, or deny.</param>
/// <param name="Reason">Why; given to the model word for word.</param>
/// <param name="Person">Who.</param>
public sealed record Decision(string ApprovalId, string Digest, bool IsApproval, string? Reason, string Person);

/// <summary>What became of a decision.</summary>
public enum DecisionOutcome
{
    Recorded,

    /// <summary>There is no such approval.</summary>
    Unknown,

    /// <summary>Somebody decided before, or the run withdrew the question.</summary>
    Closed,

    /// <summary>The person was shown something else than what is asked now.</summary>
    DigestDiffers,
}
