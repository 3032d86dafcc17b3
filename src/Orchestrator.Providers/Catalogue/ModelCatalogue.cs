using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Providers.Messages;

namespace Orchestrator.Providers.Catalogue;

/// <summary>The models that this build and this deployment know, whatever keys are at hand.</summary>
internal sealed class ModelCatalogue(ProviderList providers) : IModelCatalogue
{
    /// <summary>The provider's name of scripted models.</summary>
    public const string ScriptedProvider = "scripted";

    private const string ScriptedPrefix = ModelName.ScriptedPrefix;

    /// <summary>A model at its provider.</summary>
    /// <param name="Provider">Who answers for it.</param>
    /// <param name="Model">What is known of it.</param>
    /// <param name="Name">What the provider knows it by.</param>
    public sealed record Offer(Provider Provider, ListedModel Model, string Name);

    public IReadOnlyList<ProviderDescription> Providers =>
    [
        .. providers.All.Select(provider => new ProviderDescription(
            provider.Name, [.. provider.Models.Select(model => IdOf(provider, model.Id))], provider.KeyVariable, providers.IsKeySet(provider))),
    ];

    public ModelDescription Resolve(string model)
    {
        if (ModelName.IsScripted(model))
        {
            return DescribeScripted(model[ScriptedPrefix.Length..]);
        }

        return Describe(model, "It was asked for by name.");
    }

    /// <summary>The model's provider; null for a scripted model, which has none.</summary>
    public Offer? OfferOf(ModelDescription model) => model.Provider == ScriptedProvider ? null : Find(model.Id);

    /// <summary>The script that a scripted model plays.</summary>
    public static string ScriptOf(ModelDescription model) => model.Id[ScriptedPrefix.Length..];

    private ModelDescription Describe(string id, string reason)
    {
        Offer offer = Find(id) ?? throw new UnknownModelException(WhyUnknown(id));
        return new ModelDescription
        {
            Id = id,
            Provider = offer.Provider.Name,
            Dialect = offer.Provider.Dialect,
            Reason = reason,
            ContextWindow = offer.Model.Window,
            AnswerLimit = offer.Model.LongestAnswer,
            CompactsFrom = offer.Model.Capabilities.Compaction ? offer.Provider.Dialect == Dialect.Messages ? MessagesCompaction.LeastTokens : 0 : null,
            TakesBackground = offer.Model.Capabilities.Background,
            ThinksLong = offer.Model.Capabilities.ThinksLong,
            Prices = offer.Model.Prices,
        };
    }

    private ModelDescription DescribeScripted(string file)
    {
        if (string.IsNullOrWhiteSpace(file))
        {
            throw new UnknownModelException("The model \"scripted:\" names no file. Write scripted:FILE, where FILE is a script of turns.");
        }

        // A demonstration should show money and keep to its dollar budget.
        Offer priced = Find(CatalogueData.BuiltIn.ScriptedAs)!;
        string path = Path.GetFullPath(file);
        return new ModelDescription
        {
            Id = ScriptedPrefix + path,
            Provider = ScriptedProvider,
            Dialect = Dialect.Responses,
            Reason = $"It plays the script {path}: a model for tests and demonstrations. Tokens are shown at the prices of {priced.Name}.",
            ContextWindow = priced.Model.Window,
            AnswerLimit = priced.Model.LongestAnswer,
            CompactsFrom = 0,
            TakesBackground = true,
            Prices = priced.Model.Prices,
        };
    }

    private Offer? Find(string id) => (
        from provider in providers.All
        from model in provider.Models
        from name in model.Snapshots.Prepend(model.Id)
        where IdOf(provider, name) == id
        select new Offer(provider, model, name)).FirstOrDefault();

    private static string IdOf(Provider provider, string name) => provider.IsDeclared ? $"{provider.Name}/{name}" : name;

    private string WhyUnknown(string id)
    {
        if (CatalogueData.BuiltIn.Retired.FirstOrDefault(model => model.Id == id) is { } retired)
        {
            return $"The model \"{id}\" was retired on {retired.On}. Use {retired.Successor} instead.";
        }

        string[] known = [.. Providers.SelectMany(provider => provider.Models)];
        string nearest = known.MinBy(name => NearestName.Distance(id.ToLowerInvariant(), name.ToLowerInvariant()))!;
        return $"The model \"{id}\" is unknown. The nearest is {nearest}. Known are: {string.Join(", ", known)}; auto; and scripted:FILE. "
            + "Models of other endpoints are declared in providers.yaml of the data folder, and asked for as NAME/ID.";
    }
}
