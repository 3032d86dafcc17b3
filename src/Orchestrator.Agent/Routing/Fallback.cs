using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Routing;

/// <summary>Finds who takes over where a run's model can't be asked. A run never goes back to a model that failed it.</summary>
public sealed class Fallback(IModelClient client)
{
    /// <summary>A model that asks for a wait of that length, or longer, is given up where another can be asked.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromMinutes(10);

    /// <summary>The next of the task's fallbacks that can be asked now; null if there is none.</summary>
    public async Task<string?> NextAsync(AdmittedTask task, CancellationToken cancellationToken)
    {
        // The model of the beginning is none of them, so that all come after it.
        List<string> all = [.. task.Fallbacks];
        foreach (string model in all.Skip(all.LastIndexOf(task.Model) + 1))
        {
            if (await CanBeAskedAsync(model, cancellationToken))
            {
                return model;
            }
        }

        return null;
    }

    private async Task<bool> CanBeAskedAsync(string model, CancellationToken cancellationToken)
    {
        try
        {
            await client.CheckAsync(model, cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is ProviderException or UnknownModelException)
        {
            return false;
        }
    }
}
