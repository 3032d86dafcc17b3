using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Catalogue;

/// <summary>The keys of a provider, in the catalogue's own data and in a deployment's <c>providers.yaml</c>; one method for each mapping.</summary>
internal static class ProviderReading
{
    /// <summary>Reads one provider. What is wrong is added to the file's errors; null if too much is.</summary>
    public static Provider? Read(YamlPlace place)
    {
        if (place.Children("name", "dialect", "baseUrl", "baseUrlEnv", "keyEnv", "keyHeader", "models") is not { } keys)
        {
            return null;
        }

        string? name = place.Required(keys, "name", "what models are asked for by, as in NAME/ID")?.Text();
        Dialect? dialect = place.Required(keys, "dialect", "responses, messages or chat")?.Choice<Dialect>(
            ("responses", Dialect.Responses), ("messages", Dialect.Messages), ("chat", Dialect.Chat));
        string? baseUrl = place.Required(keys, "baseUrl", "an http or https URL")?.Text();
        if (baseUrl is not null && !ProviderList.IsAddress(baseUrl))
        {
            keys["baseUrl"].Fail($"'{keys["baseUrl"].Key}' must be an absolute http or https URL, as in http://localhost:8000/v1.");
        }

        if (name is not null && name.AsSpan().IndexOfAny("/: ") >= 0)
        {
            keys["name"].Fail($"'{keys["name"].Key}' must not hold '/', ':' or a space; it is '{name}'.");
        }

        ListedModel[] models = place.Required(keys, "models", "at least one, with 'id' and 'window'") is { } list
            ? [.. list.Items().Select(ReadModel).OfType<ListedModel>()]
            : [];
        if (models.Length == 0 && place.Errors.Count == 0)
        {
            keys["models"].Fail($"'{keys["models"].Key}' needs at least one, with 'id' and 'window'.");
        }

        if (dialect is Dialect.Chat && models.Any(model => model.Capabilities.Compaction))
        {
            keys["models"].Fail($"'{keys["models"].Key}': the capability 'compaction' is of the dialects Responses and Messages; leave it out.");
        }

        if (dialect is Dialect.Chat or Dialect.Messages && models.Any(model => model.Capabilities.Background))
        {
            keys["models"].Fail($"'{keys["models"].Key}': the capability 'background' is of the Responses dialect; leave it out.");
        }

        if (dialect is { } spoken && models.Select(model => ForeignForm(spoken, model.Capabilities)).OfType<string>().FirstOrDefault() is { } foreign)
        {
            keys["models"].Fail($"'{keys["models"].Key}': this dialect has no '{foreign}'; use 'function', or leave it out.");
        }

        return name is null || dialect is null || baseUrl is null ? null : new Provider
        {
            Name = name,
            Dialect = dialect.Value,
            BaseUrl = baseUrl,
            BaseUrlVariable = keys.GetValueOrDefault("baseUrlEnv")?.Text(),
            KeyVariable = keys.GetValueOrDefault("keyEnv")?.Text(),
            KeyHeader = keys.GetValueOrDefault("keyHeader")?.Text() ?? (dialect == Dialect.Messages ? "x-api-key" : "Authorization"),
            Models = models,
        };
    }

    private static ToolForm FormIn(Dictionary<string, YamlPlace> keys, string tool) => keys.GetValueOrDefault(tool)?.Choice<ToolForm>(
        ("function", ToolForm.Function), ("custom", ToolForm.Custom), ("native", ToolForm.Native)) ?? ToolForm.Function;

    /// <summary>A tool's form that the dialect doesn't have, in words.</summary>
    private static string? ForeignForm(Dialect dialect, ModelCapabilities capabilities) => (dialect, capabilities) switch
    {
        (_, { Bash: ToolForm.Custom }) => "bash: custom",
        (_, { Computer: ToolForm.Custom }) => "computer: custom",
        (_, { TextEditor: ToolForm.Custom }) => "textEditor: custom",
        (not Dialect.Responses, { ApplyPatch: ToolForm.Custom }) => "applyPatch: custom",
        (not Dialect.Responses, { ApplyPatch: ToolForm.Native }) => "applyPatch: native",
        (not Dialect.Messages, { TextEditor: ToolForm.Native }) => "textEditor: native",
        (Dialect.Chat, { Bash: ToolForm.Native }) => "bash: native",
        (Dialect.Chat, { Computer: ToolForm.Native }) => "computer: native",
        _ => null,
    };

    private static ListedModel? ReadModel(YamlPlace place)
    {
        if (place.Children("id", "snapshots", "window", "longestAnswer", "prices", "capabilities") is not { } keys)
        {
            return null;
        }

        string? id = place.Required(keys, "id", "what the endpoint calls it")?.Text();
        int? window = place.Required(keys, "window", "the tokens that fit in one request, answer included")?.Count();
        ModelPrices? prices = keys.TryGetValue("prices", out YamlPlace? money) ? ReadPrices(money) : null;
        ModelCapabilities capabilities = keys.TryGetValue("capabilities", out YamlPlace? known) ? ReadCapabilities(known) : ModelCapabilities.Default;
        return id is null || window is null
            ? null
            : new ListedModel
            {
                Id = id,
                Snapshots = keys.GetValueOrDefault("snapshots")?.Texts() ?? [],
                Window = window.Value,
                LongestAnswer = keys.GetValueOrDefault("longestAnswer")?.Count(),
                Prices = prices is null ? null : prices with { IsTierAskedFor = capabilities.ServiceTier },
                Capabilities = capabilities,
            };
    }

    private static ModelPrices? ReadPrices(YamlPlace place)
    {
        if (place.Children(
            "asOf", "input", "cachedInput", "cacheWrite", "output", "longContextFrom", "longContextInputFactor", "longContextOutputFactor",
            "flexFactor", "priorityFactor") is not { } keys
            || place.Required(keys, "input", "dollars per million tokens")?.Amount() is not { } input
            || place.Required(keys, "output", "dollars per million tokens")?.Amount() is not { } output)
        {
            return null;
        }

        return new ModelPrices
        {
            AsOf = keys.GetValueOrDefault("asOf")?.Text() ?? place.File,
            Input = input,
            CachedInput = keys.GetValueOrDefault("cachedInput")?.Amount() ?? input,
            CacheWrite = keys.GetValueOrDefault("cacheWrite")?.Amount(),
            Output = output,
            LongContextFrom = keys.GetValueOrDefault("longContextFrom")?.Count(),
            LongContextInputFactor = keys.GetValueOrDefault("longContextInputFactor")?.Number(above: 0) ?? 1,
            LongContextOutputFactor = keys.GetValueOrDefault("longContextOutputFactor")?.Number(above: 0) ?? 1,
            FlexFactor = keys.GetValueOrDefault("flexFactor")?.Number(above: 0) ?? 1,
            PriorityFactor = keys.GetValueOrDefault("priorityFactor")?.Number(above: 0) ?? 1,
        };
    }

    private static ModelCapabilities ReadCapabilities(YamlPlace place)
    {
        ModelCapabilities usual = ModelCapabilities.Default;
        if (place.Children(
            "outputLimit", "parallelToolCalls", "streamUsage", "reasoningEffort", "adaptiveThinking", "compaction", "thoughtSignatures", "serviceTier",
            "background", "thinksLong", "applyPatch", "bash", "computer", "textEditor") is not { } keys)
        {
            return usual;
        }

        return new ModelCapabilities
        {
            OutputLimit = keys.GetValueOrDefault("outputLimit")?.Choice<OutputLimit>(
                ("max_completion_tokens", OutputLimit.MaxCompletionTokens), ("max_tokens", OutputLimit.MaxTokens)) ?? usual.OutputLimit,
            ParallelToolCalls = keys.GetValueOrDefault("parallelToolCalls")?.Flag() ?? usual.ParallelToolCalls,
            StreamUsage = keys.GetValueOrDefault("streamUsage")?.Flag() ?? usual.StreamUsage,
            ReasoningEffort = keys.GetValueOrDefault("reasoningEffort")?.Text(),
            AdaptiveThinking = keys.GetValueOrDefault("adaptiveThinking")?.Flag() ?? usual.AdaptiveThinking,
            Compaction = keys.GetValueOrDefault("compaction")?.Flag() ?? usual.Compaction,
            Background = keys.GetValueOrDefault("background")?.Flag() ?? usual.Background,
            ThinksLong = keys.GetValueOrDefault("thinksLong")?.Flag() ?? usual.ThinksLong,
            ServiceTier = keys.GetValueOrDefault("serviceTier")?.Flag() ?? usual.ServiceTier,
            ThoughtSignatures = keys.GetValueOrDefault("thoughtSignatures")?.Flag() ?? usual.ThoughtSignatures,
            ApplyPatch = FormIn(keys, "applyPatch"),
            Bash = FormIn(keys, "bash"),
            Computer = FormIn(keys, "computer"),
            TextEditor = FormIn(keys, "textEditor"),
        };
    }
}
