using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Catalogue;
using Orchestrator.Providers.Responses;
using Orchestrator.Providers.Scripted;

namespace Orchestrator.Providers;

/// <summary>Hands each request to the client of the provider that the catalogue names for its model.</summary>
internal sealed class ModelClient : IModelClient, IAsyncDisposable
{
    private readonly IModelCatalogue _catalogue;
    private readonly Lazy<ResponsesModelClient> _openAI;
    private readonly ScriptedModels _scripted;

    public ModelClient(
        IModelCatalogue catalogue, IOptions<ResponsesOptions> options, TimeProvider clock, ILogger<ResponsesModelClient> logger)
    {
        _catalogue = catalogue;
        _openAI = new Lazy<ResponsesModelClient>(() => new ResponsesModelClient(
            new ResponsesEndpoint(options.Value.BaseUrl, options.Value.ApiKey), options.Value, clock, logger));
        _scripted = new ScriptedModels(options, clock, logger);
    }

    public async Task<ModelReply> AskAsync(ModelRequest request, CancellationToken cancellationToken)
    {
        ModelDescription model = _catalogue.Resolve(request.Model);
        IModelClient client = await ClientForAsync(model, cancellationToken);
        return await client.AskAsync(request with { Model = NameOnTheWire(model) }, cancellationToken);
    }

    public async Task CheckAsync(string model, CancellationToken cancellationToken)
    {
        ModelDescription described = _catalogue.Resolve(model);
        IModelClient client = await ClientForAsync(described, cancellationToken);
        await client.CheckAsync(NameOnTheWire(described), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_openAI.IsValueCreated)
        {
            _openAI.Value.Dispose();
        }

        await _scripted.DisposeAsync();
    }

    private async Task<IModelClient> ClientForAsync(ModelDescription model, CancellationToken cancellationToken) =>
        model.Provider == ModelCatalogue.ScriptedProvider
            ? await _scripted.ClientForAsync(ModelCatalogue.ScriptOf(model), cancellationToken)
            : _openAI.Value;

    private static string NameOnTheWire(ModelDescription model) =>
        model.Provider == ModelCatalogue.ScriptedProvider ? ModelCatalogue.ScriptedProvider : model.Id;
}
