namespace Orchestrator.Agent.Steering;

/// <summary>What is asked before each request to a model.</summary>
internal static class Holds
{
    /// <exception cref="RunHeldException">The run is paused, or the kill switch is on.</exception>
    public static async Task ThrowIfHeldAsync(this ISteeringStore steering, string run, CancellationToken cancellationToken)
    {
        if (await steering.FindHoldAsync(run, cancellationToken) is { } why)
        {
            throw new RunHeldException(why);
        }
    }
}
