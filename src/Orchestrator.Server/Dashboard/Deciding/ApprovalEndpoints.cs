using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Server.Approvals;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Dashboard.Deciding;

/// <summary>The page of an approval, and the forms that answer it. Only a POST says anything.</summary>
internal sealed class ApprovalEndpoints(
    IApprovalStore approvals, Decisions decisions, IRunStore runs, ITaskStore tasks, CallerRights rights, Pages pages, TimeProvider time)
{
    private const string Pattern = "/approvals/{id}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Pattern, (string id, string? said, HttpContext context, Caller caller, ApprovalEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ShowAsync(id, said, context, caller, cancellationToken)).ExcludeFromDescription();
        routes.MapPost(Pattern, (string id, HttpContext context, Caller caller, ApprovalEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.AnswerAsync(id, context, caller, PostedAnswer.Read, cancellationToken)).ExcludeFromDescription();
        routes.MapPost($"{Pattern}/comments", (string id, HttpContext context, Caller caller, ApprovalEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.AnswerAsync(
                id, context, caller, (form, _) => new Answer.Ask(PostedAnswer.TextOf(form, PostedAnswer.Reason) ?? string.Empty), cancellationToken)).ExcludeFromDescription();
    }

    private async Task<IResult> ShowAsync(string id, string? said, HttpContext context, Caller caller, CancellationToken cancellationToken) =>
        await FindAsync(id, caller, cancellationToken) is { } approval
            ? await PageAsync(approval, context, caller, SaidOf(said, approval, caller), form: null, cancellationToken)
            : Missing(id);

    private async Task<IResult> AnswerAsync(
        string id, HttpContext context, Caller caller, Func<IFormCollection, Approval, Answer?> read, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType)
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "An answer comes as the form of the approval's page.", "Programs answer at /api/v1/approvals/{id}/decision.");
        }

        IFormCollection form = await context.Request.ReadFormAsync(cancellationToken);
        if (await FindAsync(id, caller, cancellationToken) is not { } approval)
        {
            return Missing(id);
        }

        if (read(form, approval) is not { } answer)
        {
            return Problem.Invalid($"'{form[PostedAnswer.Field]}' is no answer.", "Press one of the page's buttons.");
        }

        DecisionOutcome outcome = await decisions.DecideAsync(
            new Decision(id, form[PostedAnswer.Digest].ToString(), answer, rights.DeciderOf(caller)), cancellationToken);
        if (OutcomeWords.StatusOf(outcome) == StatusCodes.Status200OK)
        {
            context.Response.Headers.Location = $"/approvals/{Uri.EscapeDataString(id)}?said={(outcome is DecisionOutcome.Commented ? "comment" : "answer")}";
            return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
        }

        return await FindAsync(id, caller, cancellationToken) is { } now
            ? await PageAsync(now, context, caller, outcome, form, cancellationToken)
            : Missing(id);
    }

    private async Task<IResult> PageAsync(
        Approval approval, HttpContext context, Caller caller, DecisionOutcome? outcome, IFormCollection? form, CancellationToken cancellationToken)
    {
        Decider decider = rights.DeciderOf(caller);
        DateTimeOffset now = time.GetUtcNow();
        string? roleless = caller.Has(Role.Approver) ? null : "You may look at this; answering takes the role approver.";
        RunSummary run = await runs.FindAsync(approval.RunId, cancellationToken) ?? throw new InvalidOperationException($"Approval {approval.Id} is of a run that isn't there.");
        AdmittedTask task = await tasks.GetAsync(approval.RunId, cancellationToken);
        int status = outcome is null ? StatusCodes.Status200OK : OutcomeWords.StatusOf(outcome);
        return Pages.Of<ApprovalPage>(
            new Dictionary<string, object?>
            {
                [nameof(ApprovalPage.Shell)] = await pages.ShellOfAsync(context, caller, cancellationToken),
                [nameof(ApprovalPage.View)] = new ApprovalView(
                    approval,
                    run,
                    task.Task.Workspace.Source,
                    roleless ?? RepetitionOf(approval, decider) ?? DecisionRules.RefusalOf(approval, decider, ApprovalState.Approved, now),
                    roleless ?? DecisionRules.RefusalOf(approval, decider, ApprovalState.Denied, now),
                    DecisionRules.RefusalOf(approval, decider, ApprovalState.Open, now))
                {
                    Successor = await SuccessorOfAsync(approval, cancellationToken),
                },
                [nameof(ApprovalPage.Said)] = outcome is null ? null : OutcomeWords.Of(outcome),
                [nameof(ApprovalPage.IsFault)] = status != StatusCodes.Status200OK,
                [nameof(ApprovalPage.Typed)] = form is null ? new Dictionary<string, string>() : PostedAnswer.Typed(form),
            },
            status);
    }

    /// <summary>One person is one vote, however often they come.</summary>
    private static string? RepetitionOf(Approval approval, Decider decider)
    {
        int missing = approval.Terms.Needed - approval.Votes.Count(vote => vote.Says == ApprovalState.Approved);
        return approval.Votes.Any(vote => vote.Subject == decider.Subject && vote.Says == ApprovalState.Approved)
            ? $"You have approved it; it takes {missing} more {(missing == 1 ? "person" : "people")}. Until then you may still deny it."
            : null;
    }

    private async Task<string?> SuccessorOfAsync(Approval approval, CancellationToken cancellationToken) =>
        approval.State is ApprovalState.Edited or ApprovalState.Superseded
            ? (await approvals.ListAsync(approval.RunId, cancellationToken)).FirstOrDefault(later => later.Replaces == approval.Id)?.Id
            : null;

    /// <summary>A link can't say that somebody answered who has not.</summary>
    private DecisionOutcome? SaidOf(string? said, Approval approval, Caller caller)
    {
        Decider decider = rights.DeciderOf(caller);
        return (said, approval.Votes.FirstOrDefault(vote => vote.Subject == decider.Subject)) switch
        {
            ("comment", _) when approval.Comments.Any(comment => comment.Name == decider.Name) => new DecisionOutcome.Commented(),
            ("answer", { } vote) when approval.State == ApprovalState.Open =>
                new DecisionOutcome.VoteRecorded(approval.Votes.Count(one => one.Says == ApprovalState.Approved), approval.Terms.Needed),
            ("answer", { } vote) => new DecisionOutcome.Recorded(vote.Says),
            _ => null,
        };
    }

    private async Task<Approval?> FindAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        await approvals.FindAsync(id, cancellationToken) is { } approval && rights.MaySee(caller, approval.Tenant) ? approval : null;

    private static ProblemHttpResult Missing(string id) => Problem.NotFound($"approval '{id}'", "The inbox, at /, lists those that are open.");
}
