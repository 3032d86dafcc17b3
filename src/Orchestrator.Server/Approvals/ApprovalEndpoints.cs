using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Approvals;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;
using Orchestrator.Server.Runs;

namespace Orchestrator.Server.Approvals;

/// <summary>What waits for a person.</summary>
internal sealed record ApprovalListView(IReadOnlyList<Approval> Approvals);

/// <summary>A person's answer.</summary>
/// <param name="Digest">The digest of what the person was shown.</param>
/// <param name="Decision">approve or deny.</param>
/// <param name="Reason">Why; a denial needs it, and the model reads it word for word.</param>
/// <param name="Edited">What is to run in place of what was shown.</param>
internal sealed record DecisionRequest(string Digest, string Decision, string? Reason = null, string? Edited = null);

/// <summary>Shows checkpoints and takes answers. All that the server knows of deciding is here.</summary>
internal sealed class ApprovalEndpoints(IApprovalStore approvals, RunAccess access)
{
    private const int LongestReason = 20_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/approvals", (Caller caller, ApprovalEndpoints endpoints, CancellationToken cancellationToken) => endpoints.ListAsync(caller, cancellationToken))
            .WithName("ListApprovals").WithTags("Approvals").WithSummary("What waits for a person, oldest first.");
        api.MapGet("/approvals/{id}", (string id, Caller caller, ApprovalEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.ShowAsync(caller, id, cancellationToken))
            .WithName("GetApproval").WithTags("Approvals").WithSummary("Exactly what is asked.");
        api.MapPost("/approvals/{id}/decision", (string id, DecisionRequest said, Caller caller, ApprovalEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.DecideAsync(caller, id, said, cancellationToken))
            .WithName("Decide").WithTags("Approvals").WithSummary("Answers a checkpoint; what is approved is what the digest stands for, and nothing else.");
    }

    private async Task<Ok<ApprovalListView>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        var own = new List<Approval>();
        foreach (IGrouping<string, Approval> asked in (await approvals.ListOpenAsync(run: null, cancellationToken)).GroupBy(approval => approval.RunId))
        {
            if (await access.FindAsync(caller, asked.Key, cancellationToken) is not null)
            {
                own.AddRange(asked);
            }
        }

        return TypedResults.Ok(new ApprovalListView([.. own.OrderBy(approval => approval.OpenedAt)]));
    }

    private async Task<Results<Ok<Approval>, ProblemHttpResult>> ShowAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await FindAsync(caller, id, cancellationToken) is { } approval ? TypedResults.Ok(approval) : Missing(id);

    private async Task<Results<Ok<Approval>, ProblemHttpResult>> DecideAsync(
        Caller caller, string id, DecisionRequest said, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, id, cancellationToken) is null)
        {
            return Missing(id);
        }

        if (FaultOf(said) is { } fault)
        {
            return fault;
        }

        bool isApproval = said.Decision == "approve";
        DecisionOutcome outcome = await approvals.DecideAsync(new Decision(id, said.Digest, isApproval, said.Reason, caller.Subject), cancellationToken);
        Approval? now = await approvals.FindAsync(id, cancellationToken);
        bool wasThis = now?.DecidedBy == caller.Subject && now.State == (isApproval ? ApprovalState.Approved : ApprovalState.Denied) && now.Digest == said.Digest;
        return outcome switch
        {
            DecisionOutcome.Recorded => TypedResults.Ok(now!),
            DecisionOutcome.Closed when wasThis => TypedResults.Ok(now!), // The same answer again: the first reply was lost.
            DecisionOutcome.Closed => Problem.Conflict(
                now?.DecidedBy is { } person ? $"{person} has decided before." : "It is not asked any more: its run was canceled or is over.",
                "GET /api/v1/approvals lists what is open."),
            DecisionOutcome.DigestDiffers => Problem.Conflict("It asks for something else than that digest.", "Look again at what is asked."),
            DecisionOutcome.Unknown => Missing(id),
        };
    }

    private static ProblemHttpResult? FaultOf(DecisionRequest said) => said switch
    {
        { Decision: "edit" or "requestChanges" } => Problem.Invalid($"'{said.Decision}' is not served yet.", "Deny it, with what is to change as the reason."),
        { Decision: not ("approve" or "deny") } => Problem.Invalid("'decision' is no answer.", "Say approve or deny."),
        { Decision: "deny", Reason: null or "" } => Problem.Invalid("A denial needs a reason.", "Send 'reason'; the model reads it."),
        { Reason.Length: > LongestReason } => Problem.Invalid("'reason' is too long.", $"Send at most {LongestReason} characters."),
        _ => null,
    };

    private async Task<Approval?> FindAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await approvals.FindAsync(id, cancellationToken) is { } approval && await access.FindAsync(caller, approval.RunId, cancellationToken) is not null
            ? approval
            : null;

    private static ProblemHttpResult Missing(string id) => Problem.NotFound($"approval '{id}'", "GET /api/v1/approvals lists what is open.");
}
