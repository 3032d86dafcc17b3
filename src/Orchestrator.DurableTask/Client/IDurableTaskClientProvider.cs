namespace Microsoft.DurableTask.Client;

/// <summary>Finds a client by its name.</summary>
public interface IDurableTaskClientProvider
{
    /// <summary>Finds a client.</summary>
    /// <param name="name">Its name, with regard to case; null for the default client.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no client of that name.</exception>
    DurableTaskClient GetClient(string? name = null);
}
