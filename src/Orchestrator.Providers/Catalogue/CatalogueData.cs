using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Catalogue;

/// <summary>The dated data behind the catalogue, as <c>models.json</c> holds it.</summary>
internal sealed record CatalogueData
{
    public required string PricesAsOf { get; init; }

    public required IReadOnlyList<ListedModel> Models { get; init; }

    public required IReadOnlyList<RetiredModel> Retired { get; init; }

    public required IReadOnlyList<UnservedFamily> Unserved { get; init; }

    public static CatalogueData Load()
    {
        using Stream json = Assembly.GetExecutingAssembly().GetManifestResourceStream("Orchestrator.Providers.Catalogue.models.json")!;
        return JsonSerializer.Deserialize(json, CatalogueJson.Default.CatalogueData)!;
    }
}

/// <summary>A model that can be asked. Prices are absent together.</summary>
internal sealed record ListedModel
{
    public required string Id { get; init; }

    public required string Provider { get; init; }

    public required int Window { get; init; }

    public decimal? Input { get; init; }

    public decimal? CachedInput { get; init; }

    public decimal? Output { get; init; }

    public long? LongContextFrom { get; init; }

    public decimal LongContextInputFactor { get; init; } = 1;

    public decimal LongContextOutputFactor { get; init; } = 1;

    public ModelPrices? PricesAsOf(string day) => (Input, CachedInput, Output) is ({ } input, { } cachedInput, { } output)
        ? new ModelPrices
        {
            AsOf = day,
            Input = input,
            CachedInput = cachedInput,
            Output = output,
            LongContextFrom = LongContextFrom,
            LongContextInputFactor = LongContextInputFactor,
            LongContextOutputFactor = LongContextOutputFactor,
        }
        : null;
}

/// <summary>A model that its provider has switched off.</summary>
/// <param name="Id">What requests named it by.</param>
/// <param name="On">The day, as in <c>2026-07-23</c>.</param>
/// <param name="Successor">The model to use here instead.</param>
internal sealed record RetiredModel(string Id, string On, string Successor);

/// <summary>Models of a provider that is not served yet, by the beginning of their ids.</summary>
internal sealed record UnservedFamily(string Prefix, string Provider);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(CatalogueData))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
