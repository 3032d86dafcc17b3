using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Routing;

/// <summary>A catalogue of three companies' models and a local one without a price, some of whose keys are set.</summary>
internal sealed class KeyedModels(params string[] keys) : IModelCatalogue
{
    private static readonly (string Provider, string? Key, string Model)[] Known =
    [
        ("openai", "OPENAI_API_KEY", "gpt-5.5"),
        ("anthropic", "ANTHROPIC_API_KEY", "claude-opus-4-7"),
        ("gemini", "GEMINI_API_KEY", "gemini-3.1-pro"),
        ("local", null, "local/qwen"),
    ];

    public IReadOnlyList<ProviderDescription> Providers =>
        [.. Known.Select(known => new ProviderDescription(known.Provider, [known.Model], known.Key, known.Key is null || keys.Contains(known.Key)))];

    public ModelDescription Resolve(string model) => ModelName.IsScripted(model)
        ? Describe(model, "scripted")
        : Known.FirstOrDefault(known => known.Model == model) is { Provider: { } provider }
        ? Describe(model, provider)
        : throw new UnknownModelException($"The model \"{model}\" is unknown.");

    private static ModelDescription Describe(string model, string provider) => new()
    {
        Id = model,
        Provider = provider,
        Dialect = Dialect.Chat,
        Reason = "It was asked for by name.",
        ContextWindow = 1_000_000,
        Prices = provider == "local" ? null : new ModelPrices { AsOf = "2026-01-01", Input = 1, CachedInput = 1, Output = 1 },
    };
}
