using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Catalogue;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Tests.Catalogue;

public sealed class ProvidersFileTests
{
    private const string Whole = """
        providers:
          - name: local
            dialect: chat
            baseUrl: http://localhost:8000/v1
            keyEnv: LOCAL_KEY
            models:
              - id: org/qwen3
                window: 262144
                prices: { input: 0.2, output: 0.8, cacheWrite: 0 }
                capabilities: { outputLimit: max_tokens, parallelToolCalls: false, streamUsage: false, reasoningEffort: low }
          - name: gateway
            dialect: messages
            baseUrl: https://gateway.example/v1
            models: [{ id: claude, window: 200000 }]

        """;

    [Fact]
    public void WholeFile_IsRead()
    {
        IReadOnlyList<Provider> providers = ProvidersFile.Parse(Whole, "providers.yaml");

        Provider local = providers[0];
        Assert.Equal(
            ("local", Dialect.Chat, "http://localhost:8000/v1", "LOCAL_KEY", "Authorization", true),
            (local.Name, local.Dialect, local.BaseUrl, local.KeyVariable, local.KeyHeader, local.IsDeclared));
        ListedModel model = Assert.Single(local.Models);
        Assert.Equal(("org/qwen3", 262_144, null), (model.Id, model.Window, model.LongestAnswer));
        Assert.Equal(new ModelPrices { AsOf = "providers.yaml", Input = 0.2m, CachedInput = 0.2m, CacheWrite = 0, Output = 0.8m }, model.Prices);
        Assert.Equal(
            new ModelCapabilities { OutputLimit = OutputLimit.MaxTokens, ParallelToolCalls = false, StreamUsage = false, ReasoningEffort = "low" },
            model.Capabilities);
        Assert.Equal(("gateway", "x-api-key", null), (providers[1].Name, providers[1].KeyHeader, providers[1].KeyVariable));
        Assert.Null(providers[1].Models[0].Prices);
    }

    [Fact]
    public async Task ExampleInTheDocumentation_IsRight()
    {
        string document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "models.md"));
        string example = document.Split("```yaml\nproviders:")[1].Split("```")[0];

        Assert.Equal("org/qwen3-coder", ProvidersFile.Parse("providers:" + example, "providers.yaml")[0].Models[0].Id);
    }

    [Fact]
    public void ListWithoutItsKey_IsTheSame() =>
        Assert.Equal("local", ProvidersFile.Parse("- { name: local, dialect: chat, baseUrl: 'http://h/v1', models: [{ id: m, window: 9 }] }\n", "p")[0].Name);

    [Fact]
    public void LongestAnswer_IsRead() => Assert.Equal(
        8_192,
        ProvidersFile.Parse("- { name: l, dialect: chat, baseUrl: 'http://h/v1', models: [{ id: m, window: 9, longestAnswer: 8192 }] }\n", "p")[0].Models[0].LongestAnswer);

    [Fact]
    public async Task FileThatChanges_IsReadAgainAndAWrongOneIsNotTaken()
    {
        string folder = Directory.CreateTempSubdirectory("providers-").FullName;
        string path = Path.Combine(folder, "providers.yaml");
        DeclaredProviders declared = new(path, NullLogger<DeclaredProviders>.Instance);
        Assert.Empty(declared.Current);

        await File.WriteAllTextAsync(path, Whole);
        IReadOnlyList<Provider> first = declared.Current;
        Assert.Equal(["local", "gateway"], first.Select(provider => provider.Name));
        Assert.Same(first, declared.Current);

        await File.WriteAllTextAsync(path, Whole.Replace("dialect: chat", "dialect: french", StringComparison.Ordinal));
        Assert.Same(first, declared.Current);

        await File.WriteAllTextAsync(path, Whole.Replace("name: local", "name: nearby", StringComparison.Ordinal));
        Assert.Equal(["nearby", "gateway"], declared.Current.Select(provider => provider.Name));

        File.Delete(path);
        Assert.Empty(declared.Current);
        Directory.Delete(folder);
    }

    [Fact]
    public void NoFile_DeclaresNothing() => Assert.Empty(ProvidersFile.Read(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"))));

    [Theory]
    [InlineData("    keyEnv:", "    keyenv:", "5: unknown key 'providers[0].keyenv'; did you mean 'keyEnv'?")]
    [InlineData("dialect: chat", "dialect: soap", "3: 'providers[0].dialect' must be one of responses, messages, chat; it is 'soap'.")]
    [InlineData("http://localhost:8000/v1", "localhost:8000", "4: 'providers[0].baseUrl' must be an absolute http or https URL")]
    [InlineData("window: 262144", "window: big", "8: 'providers[0].models[0].window' must be a whole number above 0.")]
    [InlineData("window: 262144", "windw: 262144", "8: unknown key 'providers[0].models[0].windw'; did you mean 'window'?")]
    [InlineData("input: 0.2", "input: cheap", "9: 'providers[0].models[0].prices.input' must be a number, 0 or more.")]
    [InlineData("parallelToolCalls: false", "bash: native", "7: 'providers[0].models': this dialect has no 'bash: native'; use 'function', or leave it out.")]
    [InlineData("parallelToolCalls: false", "applyPatch: custom", "7: 'providers[0].models': this dialect has no 'applyPatch: custom'")]
    [InlineData("parallelToolCalls: false", "textEditor: loose", "10: 'providers[0].models[0].capabilities.textEditor' must be one of function, custom, native")]
    [InlineData("parallelToolCalls: false", "parallelToolCalls: perhaps", "10: 'providers[0].models[0].capabilities.parallelToolCalls' must be one of true, false")]
    [InlineData("parallelToolCalls: false", "compaction: true", "7: 'providers[0].models': the capability 'compaction' is of the dialects Responses and Messages; leave it out.")]
    [InlineData("parallelToolCalls: false", "background: true", "7: 'providers[0].models': the capability 'background' is of the Responses dialect; leave it out.")]
    [InlineData("name: gateway", "name: openai", "11: 'providers[1].name' is 'openai', which another provider is called")]
    [InlineData("name: gateway", "name: a/b", "11: 'providers[1].name' must not hold '/'")]
    [InlineData("name: gateway", "name:", "11: 'providers[1].name' is empty; give it a value")]
    [InlineData("models: [{ id: claude, window: 200000 }]", "models: []", "14: 'providers[1].models' needs at least one")]
    public void Mistake_IsNamedWithItsLine(string right, string wrong, string expected)
    {
        ProvidersFileException exception = Assert.Throws<ProvidersFileException>(
            () => ProvidersFile.Parse(Whole.Replace(right, wrong, StringComparison.Ordinal), "providers.yaml"));

        Assert.StartsWith($"providers.yaml:{expected}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FileThatIsNoYaml_IsNamedWithItsLine() =>
        Assert.StartsWith("p.yaml:2: not valid YAML", Assert.Throws<ProvidersFileException>(() => ProvidersFile.Parse("providers: [", "p.yaml")).Message, StringComparison.Ordinal);
}
