namespace Orchestrator.Agent.Models;

/// <summary>The models that can be asked, with their prices; dated data.</summary>
public interface IModelCatalogue
{
    /// <summary>The providers of this deployment, in a fixed order; scripted models have none.</summary>
    IReadOnlyList<ProviderDescription> Providers { get; }

    /// <summary>Resolves what a task or a person wrote (a model id, <c>NAME/ID</c>, <c>scripted:FILE</c>).</summary>
    /// <exception cref="UnknownModelException">No such model; the message names the nearest.</exception>
    ModelDescription Resolve(string model);
}
