using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Catalogue;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Scripted;

namespace Orchestrator.Providers;

/// <summary>Hands each request to the client of the provider that the catalogue names for its model, in words that this model can read.</summary>
internal sealed class ModelClient(
    ModelCatalogue catalogue,
    ProviderList providers,
    ScriptedModels scripted,
    IOptions<AskingOptions> options,
    TimeProvider clock,
    ILogger<EndpointClient> logger) : IModelClient, IDisposable
{
    // By what a client is made from: a file that is read again, and says the same, keeps the connections and what is known of its limits.
    private readonly ConcurrentDictionary<(string Name, Dialect Dialect, string BaseUrl, string? KeyVariable, string KeyHeader), EndpointClient> _clients = [];

    public async Task<ModelReply> AskAsync(ModelRequest request, CancellationToken cancellationToken)
    {
        ModelDescription model = catalogue.Resolve(request.Model);
        ModelCatalogue.Offer? offer = catalogue.OfferOf(model);
        EndpointClient client = await ClientForAsync(model, offer, cancellationToken);
        ModelRequest readable = request with
        {
            Model = NameOf(offer),
            Prompt = PortablePrompt.For(model.Origin, request.Prompt, WireForms.Of),
        };
        return await client.AskAsync(readable, offer?.Model.Capabilities ?? ModelCapabilities.Default, cancellationToken);
    }

    public async Task CancelAsync(string model, string responseId, CancellationToken cancellationToken)
    {
        try
        {
            ModelDescription described = catalogue.Resolve(model);
            EndpointClient client = await ClientForAsync(described, catalogue.OfferOf(described), cancellationToken);
            await client.CancelAsync(responseId, cancellationToken);
        }
        catch (Exception failure) when (failure is UnknownModelException or ProviderException)
        {
            // The endpoint is no longer declared: nobody can be told.
        }
    }

    public async Task CheckAsync(string model, CancellationToken cancellationToken)
    {
        ModelDescription described = catalogue.Resolve(model);
        ModelCatalogue.Offer? offer = catalogue.OfferOf(described);
        EndpointClient client = await ClientForAsync(described, offer, cancellationToken);
        await client.CheckAsync(NameOf(offer), cancellationToken);
    }

    public void Dispose()
    {
        foreach (EndpointClient client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private async Task<EndpointClient> ClientForAsync(ModelDescription model, ModelCatalogue.Offer? offer, CancellationToken cancellationToken) =>
        offer is null
            ? await scripted.ClientForAsync(ModelCatalogue.ScriptOf(model), cancellationToken)
            : _clients.GetOrAdd(
                (offer.Provider.Name, offer.Provider.Dialect, offer.Provider.BaseUrl, offer.Provider.KeyVariable, offer.Provider.KeyHeader),
                _ => new EndpointClient(
                    providers.EndpointOf(offer.Provider), WireForms.Of(offer.Provider.Dialect), options.Value, clock, logger));

    private static string NameOf(ModelCatalogue.Offer? offer) => offer?.Name ?? ModelCatalogue.ScriptedProvider;
}
