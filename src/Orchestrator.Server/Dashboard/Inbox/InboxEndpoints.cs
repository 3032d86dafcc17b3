using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Dashboard.Inbox;

/// <summary>What waits for people, the longest wait first, and what is under way.</summary>
internal sealed class InboxEndpoints(IApprovalStore approvals, IRunStore runs, CallerRights rights, Pages pages, TimeProvider time)
{
    private const int MostItems = 100;
    private const int MostActive = 20;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/", (HttpContext context, Caller caller, InboxEndpoints endpoints, CancellationToken cancellationToken) => endpoints.ShowAsync(context, caller, cancellationToken))
        .ExcludeFromDescription();

    private async Task<IResult> ShowAsync(HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        Decider decider = rights.DeciderOf(caller);
        DateTimeOffset now = time.GetUtcNow();
        (Approval Approval, bool IsMine)[] open =
        [
            .. (await approvals.ListOpenAsync(null, cancellationToken))
                .Where(approval => approval.IsOpenAt(now) && rights.MaySee(caller, approval.Tenant))
                .Select(approval => (approval, IsMine: MayDecide(approval, caller, decider, now)))
                .OrderByDescending(one => one.IsMine),
        ];
        var names = new Dictionary<string, string>();
        foreach (string run in open.Take(MostItems).Select(one => one.Approval.RunId).Distinct())
        {
            names[run] = (await runs.FindAsync(run, cancellationToken))?.Name ?? run;
        }

        FoundRuns active = await runs.SearchAsync(
            rights.Narrow(new RunQuery { Statuses = [RunStatus.Running, RunStatus.Waiting], Limit = MostActive }, caller), cancellationToken);
        return Pages.Of<InboxPage>(new Dictionary<string, object?>
        {
            [nameof(InboxPage.Shell)] = await pages.ShellOfAsync(context, caller, cancellationToken),
            [nameof(InboxPage.Items)] = open.Take(MostItems).Select(one => new InboxItem(one.Approval, names[one.Approval.RunId], one.IsMine)).ToArray(),
            [nameof(InboxPage.Unlisted)] = Math.Max(0, open.Length - MostItems),
            [nameof(InboxPage.Active)] = active.Runs,
        });
    }

    /// <summary>Whoever has voted has done their part, until the others have.</summary>
    private static bool MayDecide(Approval approval, Caller caller, Decider decider, DateTimeOffset now) => caller.Has(Role.Approver)
        && approval.Votes.All(vote => vote.Subject != decider.Subject)
        && DecisionRules.RefusalOf(approval, decider, ApprovalState.Approved, now) is null;
}
