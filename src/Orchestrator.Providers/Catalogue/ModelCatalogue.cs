using Microsoft.Extensions.Options;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Providers.Responses;

namespace Orchestrator.Providers.Catalogue;

/// <summary>The models that this build knows, and what <c>auto</c> means with the keys at hand.</summary>
internal sealed class ModelCatalogue(IOptions<ResponsesOptions> openAI) : IModelCatalogue
{
    /// <summary>The provider's name of scripted models.</summary>
    public const string ScriptedProvider = "scripted";

    private const string DefaultModel = "gpt-5.5";
    private const string ScriptedPrefix = "scripted:";
    private static readonly CatalogueData Data = CatalogueData.Load();

    public ModelDescription Resolve(string model)
    {
        if (model.StartsWith(ScriptedPrefix, StringComparison.Ordinal))
        {
            return DescribeScripted(model[ScriptedPrefix.Length..]);
        }

        return model == "auto" ? DescribeDefault() : Describe(model, "It was asked for by name.");
    }

    private ModelDescription DescribeDefault() => string.IsNullOrEmpty(openAI.Value.ApiKey)
        ? throw new ProviderException(
            ProviderFailure.Unauthorized,
            "The model \"auto\" needs a provider's key, and none is set. Set OPENAI_API_KEY, or choose scripted:FILE, which needs none.")
        : Describe(DefaultModel, $"auto: OPENAI_API_KEY is set, and {DefaultModel} is the default for coding tasks.");

    private static ModelDescription Describe(string id, string reason)
    {
        ListedModel model = Find(id) ?? throw new UnknownModelException(WhyUnknown(id));
        return new ModelDescription
        {
            Id = model.Id,
            Provider = model.Provider,
            Reason = reason,
            ContextWindow = model.Window,
            CompactsItself = model.Provider == "openai",
            Prices = model.PricesAsOf(Data.PricesAsOf),
        };
    }

    private static ModelDescription DescribeScripted(string file)
    {
        if (string.IsNullOrWhiteSpace(file))
        {
            throw new UnknownModelException("The model \"scripted:\" names no file. Write scripted:FILE, where FILE is a script of turns.");
        }

        // A demonstration should show money and keep to its dollar budget, so the scripted model costs what the default model does.
        ListedModel priced = Find(DefaultModel)!;
        string path = Path.GetFullPath(file);
        return new ModelDescription
        {
            Id = ScriptedPrefix + path,
            Provider = ScriptedProvider,
            Reason = $"It plays the script {path}: a model for tests and demonstrations. Tokens are shown at the prices of {DefaultModel}.",
            ContextWindow = priced.Window,
            CompactsItself = true,
            Prices = priced.PricesAsOf(Data.PricesAsOf),
        };
    }

    /// <summary>The script that a scripted model plays.</summary>
    public static string ScriptOf(ModelDescription model) => model.Id[ScriptedPrefix.Length..];

    private static ListedModel? Find(string id) => Data.Models.FirstOrDefault(model => model.Id == id);

    private static string WhyUnknown(string id)
    {
        if (Data.Retired.FirstOrDefault(model => model.Id == id) is { } retired)
        {
            return $"The model \"{id}\" was retired on {retired.On}. Use {retired.Successor} instead.";
        }

        string known = string.Join(", ", Data.Models.Select(model => model.Id));
        if (Data.Unserved.FirstOrDefault(family => id.StartsWith(family.Prefix, StringComparison.OrdinalIgnoreCase)) is { } family)
        {
            return $"The model \"{id}\" is one of {family.Provider}'s, which are not served yet. Served are: {known}, and scripted:FILE.";
        }

        ListedModel nearest = Data.Models.MinBy(model => NearestName.Distance(id.ToLowerInvariant(), model.Id))!;
        return $"The model \"{id}\" is unknown. The nearest is {nearest.Id}. Known are: {known}; auto; and scripted:FILE.";
    }
}
