using System.Reflection;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Providers.Catalogue;

/// <summary>The dated data behind the catalogue, as <c>models.yaml</c> holds it.</summary>
/// <param name="Providers">The providers that every deployment knows.</param>
/// <param name="ScriptedAs">The model at whose prices, and with whose window, scripted models are shown.</param>
/// <param name="Retired">Models that are no more.</param>
internal sealed record CatalogueData(IReadOnlyList<Provider> Providers, string ScriptedAs, IReadOnlyList<RetiredModel> Retired)
{
    private const string File = "models.yaml";
    private static readonly Lazy<CatalogueData> Read = new(Load);

    public static CatalogueData BuiltIn => Read.Value;

    private static CatalogueData Load()
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Orchestrator.Providers.Catalogue.{File}")!;
        using StreamReader text = new(resource);
        List<string> errors = [];
        Dictionary<string, YamlPlace> keys = YamlPlace.Root(text.ReadToEnd(), File, errors)!.Children("providers", "scriptedAs", "retired")!;
        CatalogueData data = new(
            [.. keys["providers"].Items().Select(place => ProviderReading.Read(place)!)],
            keys["scriptedAs"].Text()!,
            [.. keys["retired"].Items().Select(ReadRetired)]);
        return errors.Count == 0 ? data : throw new InvalidOperationException(string.Join('\n', errors));
    }

    private static RetiredModel ReadRetired(YamlPlace place)
    {
        Dictionary<string, YamlPlace> keys = place.Children("id", "on", "successor")!;
        return new RetiredModel(keys["id"].Text()!, keys["on"].Text()!, keys["successor"].Text()!);
    }
}

/// <summary>A model that its provider has switched off.</summary>
/// <param name="Id">What requests named it by.</param>
/// <param name="On">The day, as in <c>2026-07-23</c>.</param>
/// <param name="Successor">The model to use here instead.</param>
internal sealed record RetiredModel(string Id, string On, string Successor);
