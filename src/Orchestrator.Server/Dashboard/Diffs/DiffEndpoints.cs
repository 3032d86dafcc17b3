using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Runs;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Runs;

namespace Orchestrator.Server.Dashboard.Diffs;

/// <summary>A run's diff with its evidence.</summary>
internal sealed class DiffEndpoints(RunAccess runs, RunArtifacts artifacts, Pages pages)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/runs/{id}/diff", (string id, int? file, HttpContext context, Caller caller, DiffEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ShowAsync(id, file, context, caller, cancellationToken))
        .ExcludeFromDescription();

    private async Task<IResult> ShowAsync(string id, int? file, HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(caller, id, cancellationToken) is not { } run)
        {
            return RunAccess.Missing(id);
        }

        IReadOnlyList<DiffFile> files = DiffReader.Read(await ReadAsync(run, cancellationToken));
        return Pages.Of<DiffPage>(new Dictionary<string, object?>
        {
            [nameof(DiffPage.Shell)] = await pages.ShellOfAsync(context, caller, cancellationToken),
            [nameof(DiffPage.Run)] = run,
            [nameof(DiffPage.Files)] = file is null ? files : [.. files.Where(one => one.Index == file)],
            [nameof(DiffPage.Verdict)] = run.Result?.Verdict,
            [nameof(DiffPage.IsFile)] = file is not null,
        });
    }

    private async Task<string> ReadAsync(RunSummary run, CancellationToken cancellationToken)
    {
        string path = await artifacts.PatchAsync(run, cancellationToken);
        return File.Exists(path) ? Encoding.UTF8.GetString(await File.ReadAllBytesAsync(path, cancellationToken)) : string.Empty;
    }
}
