namespace Orchestrator.Agent.Models;

/// <summary>Asks models; implemented by the provider layer, which owns transport and retries.</summary>
public interface IModelClient
{
    /// <summary>Asks once and returns the whole answer.</summary>
    /// <exception cref="ProviderException">The answer could not be had.</exception>
    Task<ModelReply> AskAsync(ModelRequest request, CancellationToken cancellationToken);

    /// <summary>Has the provider stop its work on an answer in the background. It does what it can: nobody waits for that answer any more.</summary>
    /// <param name="model">The catalogue's id of the model.</param>
    /// <param name="responseId">The provider's id of the answer.</param>
    Task CancelAsync(string model, string responseId, CancellationToken cancellationToken);

    /// <summary>Finds out, without spending anything, whether the model could be asked now: key present and accepted, endpoint reachable.</summary>
    /// <exception cref="ProviderException">It could not; the message says what to mend.</exception>
    Task CheckAsync(string model, CancellationToken cancellationToken);
}
