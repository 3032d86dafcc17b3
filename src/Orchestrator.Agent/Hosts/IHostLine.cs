using Microsoft.DurableTask;

namespace Orchestrator.Agent.Hosts;

/// <summary>An activity that another host is to do.</summary>
/// <param name="Run">The run.</param>
/// <param name="Activity">The activity's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Input">Its input as JSON; null if it has none.</param>
public sealed record HostCall(string Run, string Activity, string Version, string? Input);

/// <summary>The way to other tool hosts.</summary>
public interface IHostLine
{
    /// <returns>The activity's output as JSON; null if it has none.</returns>
    /// <exception cref="HostException">The host doesn't answer, or doesn't hold the run: whether the activity was done, nobody knows.</exception>
    /// <exception cref="TaskFailedException">The activity failed there.</exception>
    Task<string?> CallAsync(ToolHost host, HostCall call, CancellationToken cancellationToken);
}
