using Microsoft.DurableTask;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>Which pushed commit is looked at.</summary>
public sealed record LookAtChecksInput(string RunId, Landing Landing);

/// <summary>Looks how the checks of a pushed commit stand.</summary>
public sealed class LookAtChecks(Remotes remotes, CancelWatch cancel) : TaskActivity<LookAtChecksInput, PipelineOutcome>
{
    private const int MostNames = 10;

    public override async Task<PipelineOutcome> RunAsync(TaskActivityContext context, LookAtChecksInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        if (await cancel.IsCanceledAsync(input.RunId, cancellationToken))
        {
            return new PipelineOutcome(PipelineState.Canceled, []);
        }

        RemoteAddress remote = RemoteAddress.Parse(input.Landing.Remote, "/");
        if (remotes.FindHost(remote) is not { } host)
        {
            return new PipelineOutcome(PipelineState.Unknown, []);
        }

        try
        {
            IReadOnlyList<PipelineCheck> checks = await host.FindChecksAsync(remote, input.Landing, cancellationToken);
            return new PipelineOutcome(StateOf(checks), [.. checks.Where(check => check.State == PipelineState.Failed).Take(MostNames).Select(check => check.Name)]);
        }
        catch (CodeHostException refusal)
        {
            return new PipelineOutcome(refusal.RetryAfter is null ? PipelineState.Unknown : PipelineState.Pending, []);
        }
    }

    /// <summary>All are waited for, so that the model reads of all that failed at once.</summary>
    private static PipelineState StateOf(IReadOnlyList<PipelineCheck> checks) => checks switch
    {
        [] => PipelineState.None,
        _ when checks.Any(check => check.State == PipelineState.Pending) => PipelineState.Pending,
        _ when checks.Any(check => check.State == PipelineState.Failed) => PipelineState.Failed,
        _ => PipelineState.Passed,
    };
}
