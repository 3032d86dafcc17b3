using Microsoft.Extensions.Configuration;
using Orchestrator.Agent.Estimates;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Stores;
using Orchestrator.Providers.Catalogue;

namespace Orchestrator.Providers.Tests.Catalogue;

public sealed class ModelCatalogueTests
{
    [Fact]
    public void KnownModel_HasItsPricesAndWindow()
    {
        ModelDescription model = Catalogue().Resolve("gpt-5.5");

        Assert.Equal(("gpt-5.5", "openai", Dialect.Responses, 1_050_000), (model.Id, model.Provider, model.Dialect, model.ContextWindow));
        Assert.Equal(
            new ModelPrices
            {
                AsOf = "2026-08-01",
                Input = 5,
                CachedInput = 0.5m,
                Output = 30,
                LongContextFrom = 272_000,
                LongContextInputFactor = 2,
                LongContextOutputFactor = 1.5m,
                FlexFactor = 0.5m,
                PriorityFactor = 2.5m,
                IsTierAskedFor = true,
            },
            model.Prices);
    }

    [Theory]
    [InlineData("claude-opus-4-7", "anthropic", Dialect.Messages)]
    [InlineData("gemini-3.1-pro", "gemini", Dialect.Chat)]
    [InlineData("gemini-3.1-pro-preview", "gemini", Dialect.Chat)]
    [InlineData("gpt-5.5-2026-04-23", "openai", Dialect.Responses)]
    public void EveryProviderAndSnapshot_IsServedInItsDialect(string id, string provider, Dialect dialect)
    {
        ModelDescription model = Catalogue().Resolve(id);

        Assert.Equal((id, provider, dialect), (model.Id, model.Provider, model.Dialect));
        Assert.NotNull(model.Prices);
    }

    [Theory]
    [InlineData("gpt-5.5-pro", true, true)]
    [InlineData("gpt-5.5", true, false)]
    [InlineData("claude-opus-4-7", false, false)]
    [InlineData("gemini-3.1-pro", false, false)]
    [InlineData("scripted:s.yaml", true, false)]
    public void Model_SaysWhetherItIsAskedInTheBackground(string id, bool takesBackground, bool thinksLong)
    {
        ModelDescription model = Catalogue().Resolve(id);

        Assert.Equal((takesBackground, thinksLong), (model.TakesBackground, model.ThinksLong));
    }

    [Theory]
    [InlineData("gpt-5.5-por", "gpt-5.5-pro")]
    [InlineData("GPT-5.5", "gpt-5.5")]
    [InlineData("gpt5.4-mini", "gpt-5.4-mini")]
    [InlineData("claude-opus-4.7", "claude-opus-4-7")]
    [InlineData("local/qwen", "local/qwen3")]
    [InlineData("qwen3", "local/qwen3")]
    public void UnknownModel_NamesTheNearest(string id, string nearest)
    {
        UnknownModelException exception = Assert.Throws<UnknownModelException>(() => Catalogue(declared: Local).Resolve(id));

        Assert.Contains($"The nearest is {nearest}.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("gpt-5.4-nano", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt-5-codex", "2026-07-23", "gpt-5.4")]
    [InlineData("claude-mythos-preview", "2026-06-30", "claude-opus-4-7")]
    public void RetiredModel_NamesItsSuccessor(string id, string day, string successor)
    {
        UnknownModelException exception = Assert.Throws<UnknownModelException>(() => Catalogue().Resolve(id));

        Assert.Equal($"The model \"{id}\" was retired on {day}. Use {successor} instead.", exception.Message);
        Assert.NotNull(Catalogue().Resolve(successor));
    }

    [Fact]
    public void EverySuccessor_IsServed() =>
        Assert.All(CatalogueData.BuiltIn.Retired, model => Assert.Equal(model.Successor, Catalogue().Resolve(model.Successor).Id));

    [Fact]
    public void DeclaredModel_IsNamedAfterItsProvider()
    {
        ModelDescription model = Catalogue(declared: Local).Resolve("local/qwen3");

        Assert.Equal(("local/qwen3", "local", Dialect.Chat, 32_000), (model.Id, model.Provider, model.Dialect, model.ContextWindow));
        Assert.Null(model.Prices);
    }

    [Theory]
    [InlineData("gpt-5.5", 2_000, 0.06)]
    [InlineData("gpt-5.5", 8_000, 0.24)]
    [InlineData("gpt-5.5-pro", 2_000, 0.36)]
    [InlineData("gpt-5.5-pro", 8_000, 1.44)]
    public void BackOfEnvelopeFigures_AreThoseOfTheDocumentation(string model, long output, decimal usd)
    {
        ModelPrices prices = Catalogue().Resolve(model).Prices!;
        string documentation = File.ReadAllText(Path.Combine(Repository.Root, "docs", "models.md"));

        Assert.Equal(usd, prices.CostOf(new TokenUsage(0, 0, output)));
        Assert.Contains("back-of-envelope", documentation, StringComparison.Ordinal);
        Assert.Contains(model == "gpt-5.5" ? $"${usd}" : $"${usd * 100:0}", documentation, StringComparison.Ordinal);
    }

    [Fact]
    public void ThreeHundredTurns_CostWhatTheDocumentationSays()
    {
        // Without the surcharge on long contexts, as stated.
        ModelPrices prices = Catalogue().Resolve("gpt-5.5").Prices! with { LongContextFrom = null };
        var course = new Course(300, 0, 2_000);

        CourseCost cached = CourseCost.Of(course, 10_000, int.MaxValue, prices);
        CourseCost uncached = CourseCost.Of(course, 10_000, int.MaxValue, prices with { CachedInput = prices.Input });

        Assert.Equal((92_700_000, 49m, 464m), (cached.Usage.InputTokens, decimal.Round(cached.CostUsd!.Value), decimal.Round(uncached.CostUsd!.Value)));
    }

    [Fact]
    public void BuiltInRouting_NamesKnownModelsWithPrices()
    {
        IReadOnlyList<TaskKind> kinds = new TaskKinds(new DataFolder("/nowhere")).All;

        Assert.NotEmpty(kinds);
        Assert.All(kinds.SelectMany(kind => kind.Models), model => Assert.NotNull(Catalogue().Resolve(model).Prices));
    }

    [Fact]
    public void ScriptedModel_IsNamedByTheAbsolutePathAndPricedAsTheDefault()
    {
        ModelDescription model = Catalogue().Resolve("scripted:demo/script.yaml");

        Assert.Equal("scripted:" + Path.GetFullPath("demo/script.yaml"), model.Id);
        Assert.Equal("scripted", model.Provider);
        Assert.Equal(Catalogue().Resolve("gpt-5.5").Prices, model.Prices);
    }

    private static Provider Local { get; } = new()
    {
        Name = "local",
        Dialect = Dialect.Chat,
        BaseUrl = "http://localhost:8000/v1",
        Models = [new ListedModel { Id = "qwen3", Window = 32_000 }],
        IsDeclared = true,
    };

    private static ModelCatalogue Catalogue(string? key = null, params Provider[] declared) => new(new ProviderList(
        () => declared,
        new ConfigurationBuilder().AddInMemoryCollection(key is null ? [] : new Dictionary<string, string?> { [key] = "sk-1" }).Build()));
}
