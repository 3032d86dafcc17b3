using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Approvals;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Paging;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Approvals;

/// <summary>What waits for a person.</summary>
/// <param name="Approvals">Oldest first.</param>
/// <param name="Next">The 'cursor' of those after them; null if these are the last.</param>
internal sealed record ApprovalListView(IReadOnlyList<Approval> Approvals, string? Next);

/// <summary>A person's answer.</summary>
/// <param name="Digest">The digest of what the person was shown.</param>
/// <param name="Decision">approve, deny, edit, requestChanges, or ask, which decides nothing.</param>
/// <param name="Reason">Why; the model reads it word for word.</param>
/// <param name="Edited">The arguments in place of those that were shown, or the command.</param>
/// <param name="Comments">What is to be changed where, for a diff.</param>
internal sealed record DecisionRequest(
    string Digest, string Decision, string? Reason = null, string? Edited = null, IReadOnlyList<ReviewComment>? Comments = null);

/// <summary>What became of an answer, and how the approval stands.</summary>
internal sealed record DecisionView(string Outcome, Approval Approval);

/// <summary>Shows checkpoints and takes answers.</summary>
internal sealed class ApprovalEndpoints(IApprovalStore approvals, Decisions decisions, CallerRights rights)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/approvals", (Caller caller, ApprovalEndpoints endpoints, CancellationToken cancellationToken, string? cursor, int? limit) =>
                endpoints.ListAsync(caller, cursor, limit, cancellationToken))
            .WithName("ListApprovals").WithTags("Approvals").WithSummary("What waits for a person, oldest first; 'next' is the 'cursor' of those after them.");
        api.MapGet("/approvals/{id}", (string id, Caller caller, ApprovalEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.ShowAsync(caller, id, cancellationToken))
            .WithName("GetApproval").WithTags("Approvals").WithSummary("Exactly what is asked.");
        api.MapPost("/approvals/{id}/decision", (string id, DecisionRequest said, Caller caller, ApprovalEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.DecideAsync(caller, id, said, cancellationToken))
            .WithName("Decide").WithTags("Approvals").WithSummary("Answers a checkpoint; what is approved is what the digest stands for, and nothing else.");
    }

    private async Task<Results<Ok<ApprovalListView>, ProblemHttpResult>> ListAsync(Caller caller, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (!PageRequest.TryRead(cursor, limit, out PageRequest? page, out ProblemHttpResult? refusal))
        {
            return refusal;
        }

        FoundApprovals found = await approvals.SearchOpenAsync(rights.TenantSeenBy(caller), page.Last ?? 0, page.Limit, cancellationToken);
        return TypedResults.Ok(new ApprovalListView(found.Approvals, found.Next is { } next ? PageCursor.Write(next) : null));
    }

    private async Task<Results<Ok<Approval>, ProblemHttpResult>> ShowAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await FindAsync(caller, id, cancellationToken) is { } approval ? TypedResults.Ok(approval) : Missing(id);

    private async Task<Results<Ok<DecisionView>, ProblemHttpResult>> DecideAsync(
        Caller caller, string id, DecisionRequest said, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, id, cancellationToken) is not { } approval)
        {
            return Missing(id);
        }

        if (AnswerOf(said, approval) is not { } answer)
        {
            return Problem.Invalid("'decision' is no answer.", "Say approve, deny with a reason, edit with 'edited', requestChanges, or ask.");
        }

        DecisionOutcome outcome = await decisions.DecideAsync(new Decision(id, said.Digest, answer, rights.DeciderOf(caller)), cancellationToken);
        string words = OutcomeWords.Of(outcome);
        return OutcomeWords.StatusOf(outcome) switch
        {
            StatusCodes.Status200OK => TypedResults.Ok(new DecisionView(words, (await approvals.FindAsync(id, cancellationToken))!)),
            int refused => Problem.Of(refused, words, "GET /api/v1/approvals/{id} says how it stands."),
        };
    }

    /// <returns>Null for what is no answer.</returns>
    private static Answer? AnswerOf(DecisionRequest said, Approval approval) => said switch
    {
        { Decision: "approve" } => new Answer.Approve(said.Reason),
        { Decision: "deny", Reason: { Length: > 0 } reason } => new Answer.Deny(reason),
        { Decision: "edit", Edited: { } edited } => new Answer.Edit(EditedArguments.Of(approval.Call?.Arguments, edited), said.Reason),
        { Decision: "requestChanges" } => new Answer.RequestChanges(said.Reason ?? string.Empty) { Comments = said.Comments ?? [] },
        { Decision: "ask", Reason: { Length: > 0 } text } => new Answer.Ask(text),
        _ => null,
    };

    private async Task<Approval?> FindAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await approvals.FindAsync(id, cancellationToken) is { } approval && rights.MaySee(caller, approval.Tenant) ? approval : null;

    private static ProblemHttpResult Missing(string id) => Problem.NotFound($"approval '{id}'", "GET /api/v1/approvals lists what is open.");
}
