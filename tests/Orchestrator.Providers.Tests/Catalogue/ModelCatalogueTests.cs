using Microsoft.Extensions.Options;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Catalogue;
using Orchestrator.Providers.Responses;

namespace Orchestrator.Providers.Tests.Catalogue;

public sealed class ModelCatalogueTests
{
    [Fact]
    public void KnownModel_HasItsPricesAndWindow()
    {
        ModelDescription model = Catalogue().Resolve("gpt-5.5");

        Assert.Equal(("gpt-5.5", "openai", 1_050_000), (model.Id, model.Provider, model.ContextWindow));
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
            },
            model.Prices);
    }

    [Theory]
    [InlineData("gpt-5.5-por", "gpt-5.5-pro")]
    [InlineData("GPT-5.5", "gpt-5.5")]
    [InlineData("gpt5.4-mini", "gpt-5.4-mini")]
    [InlineData("", "gpt-5.5")]
    public void UnknownModel_NamesTheNearest(string id, string nearest)
    {
        UnknownModelException exception = Assert.Throws<UnknownModelException>(() => Catalogue().Resolve(id));

        Assert.Contains($"The nearest is {nearest}.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("gpt-5.4-nano", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RetiredModel_NamesItsSuccessor()
    {
        UnknownModelException exception = Assert.Throws<UnknownModelException>(() => Catalogue().Resolve("gpt-5-codex"));

        Assert.Equal("The model \"gpt-5-codex\" was retired on 2026-07-23. Use gpt-5.4 instead.", exception.Message);
    }

    [Theory]
    [InlineData("claude-opus-4-7")]
    [InlineData("gemini-3.1-pro")]
    public void ModelOfAnotherProvider_IsNotServedYet(string id)
    {
        UnknownModelException exception = Assert.Throws<UnknownModelException>(() => Catalogue().Resolve(id));

        Assert.Contains("not served yet", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_IsTheDefaultModelIfTheKeyIsSet()
    {
        ModelDescription model = Catalogue("sk-1").Resolve("auto");

        Assert.Equal("gpt-5.5", model.Id);
        Assert.Contains("OPENAI_API_KEY", model.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void AutoWithoutKey_NamesTheKeysThatWouldDo()
    {
        ProviderException exception = Assert.Throws<ProviderException>(() => Catalogue().Resolve("auto"));

        Assert.Equal(ProviderFailure.Unauthorized, exception.Failure);
        Assert.Contains("OPENAI_API_KEY", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ScriptedModel_IsNamedByTheAbsolutePathAndPricedAsTheDefault()
    {
        ModelDescription model = Catalogue().Resolve("scripted:demo/script.yaml");

        Assert.Equal("scripted:" + Path.GetFullPath("demo/script.yaml"), model.Id);
        Assert.Equal("scripted", model.Provider);
        Assert.Equal(Catalogue().Resolve("gpt-5.5").Prices, model.Prices);
    }

    private static ModelCatalogue Catalogue(string? key = null) => new(Options.Create(new ResponsesOptions { ApiKey = key }));
}
