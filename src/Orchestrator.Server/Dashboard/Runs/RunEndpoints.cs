using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;
using Orchestrator.Server.Runs;

namespace Orchestrator.Server.Dashboard.Runs;

/// <summary>The list of runs, the page of a run, and what can be done there.</summary>
internal sealed partial class RunEndpoints(
    RunAccess seen,
    IRunStore runs,
    ITaskStore tasks,
    IApprovalStore approvals,
    ICompactionStore compactions,
    ISignalStore signals,
    ISteeringStore steering,
    CommandTail commands,
    CallerRights rights,
    RunArtifacts artifacts,
    Pages pages)
{
    private const int EventsOfPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/runs", (RunFilter filter, HttpContext context, Caller caller, RunEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ListAsync(filter, context, caller, cancellationToken)).ExcludeFromDescription();
        routes.MapGet("/runs/{id}", (string id, long? before, HttpContext context, Caller caller, RunEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ShowAsync(id, before, context, caller, cancellationToken)).ExcludeFromDescription();
        routes.MapGet("/runs/{id}/screens/{name}", (string id, string name, Caller caller, RunEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ShowScreenAsync(id, name, caller, cancellationToken)).ExcludeFromDescription();
    }

    private async Task<IResult> ListAsync(RunFilter filter, HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        RunQuery query = filter.Query;
        FoundRuns page = await runs.SearchAsync(rights.Narrow(query, caller), cancellationToken);
        return Pages.Of<RunsPage>(new Dictionary<string, object?>
        {
            [nameof(RunsPage.Shell)] = await pages.ShellOfAsync(context, caller, cancellationToken),
            [nameof(RunsPage.Query)] = query,
            [nameof(RunsPage.Runs)] = page,
        });
    }

    private async Task<IResult> ShowAsync(string id, long? before, HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        if (await seen.FindAsync(caller, id, cancellationToken) is not { } run)
        {
            return RunAccess.Missing(id);
        }

        IReadOnlyList<StoredRunEvent> events = await runs.ReadNewestEventsAsync(id, before, EventsOfPage, cancellationToken);
        bool isOver = run.Result is not null;
        var view = new RunView
        {
            Run = run,
            Task = await tasks.GetAsync(id, cancellationToken),
            Events = events,
            Before = before,
            Open = isOver ? [] : await approvals.ListOpenAsync(id, cancellationToken),
            SubAgents = await runs.ListSubAgentsAsync(id, effect: null, cancellationToken),
            Compactions = await compactions.ListAsync(id, cancellationToken),
            Screens = await ListScreensAsync(id, cancellationToken),
            Output = isOver || before is not null ? null : await commands.ReadAsync(id, events, cancellationToken),
            CanSteer = run.Result is null or { CanResume: true } && CallerRights.MaySteer(caller, run),
            Hold = isOver ? null : await steering.FindHoldAsync(id, cancellationToken),
            IsCanceled = await signals.IsCanceledAsync(id, cancellationToken),
        };
        return Pages.Of<RunOverviewPage>(new Dictionary<string, object?>
        {
            [nameof(RunOverviewPage.Shell)] = await pages.ShellOfAsync(context, caller, cancellationToken),
            [nameof(RunOverviewPage.View)] = view,
        });
    }

    private async Task<IResult> ShowScreenAsync(string id, string name, Caller caller, CancellationToken cancellationToken)
    {
        string? file = await seen.FindAsync(caller, id, cancellationToken) is not null && ScreenName().IsMatch(name)
            ? Path.Combine(await artifacts.ScreensAsync(id, cancellationToken), name)
            : null;
        return file is not null && File.Exists(file)
            ? TypedResults.PhysicalFile(file, "image/png")
            : Problem.NotFound($"picture '{name}' of run '{id}'", $"/runs/{id} shows those that are.");
    }

    private async Task<string[]> ListScreensAsync(string run, CancellationToken cancellationToken)
    {
        string folder = await artifacts.ScreensAsync(run, cancellationToken);
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Where(name => ScreenName().IsMatch(name)).Order(StringComparer.Ordinal)]
            : [];
    }

    [GeneratedRegex(@"^\d{4}-turn-\d{1,6}\.png\z")]
    private static partial Regex ScreenName();
}
