using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Audit;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;
using Orchestrator.Server.Runs;

namespace Orchestrator.Server.Dashboard.Auditing;

/// <summary>What people and programs did, the newest first.</summary>
internal sealed class AuditEndpoints(IAuditStore audit, RunAccess runs, CallerRights rights, Pages pages)
{
    private const int EntriesOfPage = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/audit", (string? run, long? before, HttpContext context, Caller caller, AuditEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ShowAsync(run, before, context, caller, cancellationToken))
        .ExcludeFromDescription();

    /// <summary>The whole chain has the acts of all tenants: whoever doesn't see all of them sees those of a run.</summary>
    private async Task<IResult> ShowAsync(string? run, long? before, HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        string? wanted = string.IsNullOrWhiteSpace(run) ? null : run.Trim();
        if (wanted is null && !rights.SeesAllTenants(caller))
        {
            return Problem.Of(StatusCodes.Status403Forbidden, "The whole audit has the acts of all tenants.", "Ask for that of one run: /audit?run=RUN.");
        }

        if (wanted is not null && await runs.FindListedAsync(caller, wanted, cancellationToken) is null)
        {
            return RunAccess.Missing(wanted);
        }

        IReadOnlyList<AuditEntry> entries = await audit.ReadNewestAsync(before, wanted, EntriesOfPage + 1, cancellationToken);
        AuditEntry? last = wanted is null && await audit.ReadNewestAsync(null, null, 1, cancellationToken) is [var newest] ? newest : null;
        return Pages.Of<AuditPage>(new Dictionary<string, object?>
        {
            [nameof(AuditPage.Shell)] = await pages.ShellOfAsync(context, caller, cancellationToken),
            [nameof(AuditPage.Entries)] = entries.Take(EntriesOfPage).ToArray(),
            [nameof(AuditPage.Head)] = last is null ? null : new AuditHead(last.Sequence, last.Hash),
            [nameof(AuditPage.Run)] = wanted,
            [nameof(AuditPage.IsFirst)] = before is null,
            [nameof(AuditPage.Next)] = entries.Count > EntriesOfPage ? entries[EntriesOfPage - 1].Sequence : null,
        });
    }
}
