using Orchestrator.Agent.Approvals;

namespace Orchestrator.Agent.Tests.Approvals;

/// <summary>An approval store of which only the doorbells are played.</summary>
internal sealed class PlayedDoorbells(Func<IReadOnlyList<string>> unread) : IApprovalStore
{
    public Task<IReadOnlyList<string>> ListDoorbellsAsync(CancellationToken cancellationToken) => Task.FromResult(unread());

    public Task<Approval> OpenAsync(Approval approval, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Approval?> FindAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<FoundApprovals> SearchOpenAsync(string? tenant, long after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Approval>> ListOpenAsync(string? run, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Approval>> ListAsync(string run, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Approval>> ListDecidedAsync(string run, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DecisionOutcome> DecideAsync(Decision decision, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ApprovalLook> AttendAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SupersedeAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ConsumeDoorbellAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();
}
