using Orchestrator.Agent.Models;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Routing;

public sealed class RouterTests : IDisposable
{
    private const string OpenAI = "OPENAI_API_KEY";
    private const string Anthropic = "ANTHROPIC_API_KEY";
    private const string Gemini = "GEMINI_API_KEY";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Add a column.", "", 0, "general", "gpt-5.5", "claude-opus-4-7 gemini-3.1-pro")]
    [InlineData("Fix the parser.", "", 0, "patch", "claude-opus-4-7", "gpt-5.5 gemini-3.1-pro")]
    [InlineData("FIX: the parser", "", 0, "patch", "claude-opus-4-7", "gpt-5.5 gemini-3.1-pro")]
    [InlineData("Add a prefix and a suffix.", "", 0, "general", "gpt-5.5", "claude-opus-4-7 gemini-3.1-pro")]
    [InlineData("Fix the Docker build.", "", 0, "terminal", "gpt-5.5", "claude-opus-4-7 gemini-3.1-pro")]
    [InlineData("Build what it shows.", "docs/design.pdf", 0, "documents", "gemini-3.1-pro", "gpt-5.5 claude-opus-4-7")]
    [InlineData("Fix the parser.", "a.c", 600_000, "longContext", "gpt-5.5", "gemini-3.1-pro claude-opus-4-7")]
    [InlineData("Fix the parser.", "a.c", 599_999, "patch", "claude-opus-4-7", "gpt-5.5 gemini-3.1-pro")]
    public void Auto_IsTheFirstKindThatFits(string objective, string context, long bytes, string kind, string model, string fallbacks)
    {
        Route route = Router(OpenAI, Anthropic, Gemini).Choose(
            Auto(objective) with { Context = context.Length == 0 ? [] : [context] }, bytes);

        Assert.Equal((kind, model, fallbacks), (route.Kind, route.Model.Id, string.Join(' ', route.Fallbacks)));
        Assert.StartsWith($"auto, {kind} (", route.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_PassesOverModelsWithoutKeyAndSaysSo()
    {
        Route route = Router(OpenAI).Choose(Auto("Fix the parser."), 0);

        Assert.Equal("gpt-5.5", route.Model.Id);
        Assert.Empty(route.Fallbacks);
        Assert.Equal(
            "auto, patch (its objective says 'fix'): gpt-5.5, since it writes good patches. For claude-opus-4-7, ANTHROPIC_API_KEY is not set.",
            route.Reason);
    }

    [Fact]
    public void AutoWithoutAnyKey_NamesTheKeysThatWouldDo()
    {
        ProviderException failure = Assert.Throws<ProviderException>(() => Router().Choose(Auto("Add a column."), 0));

        Assert.Equal(ProviderFailure.Unauthorized, failure.Failure);
        Assert.Contains("OPENAI_API_KEY or ANTHROPIC_API_KEY or GEMINI_API_KEY", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KindOfTheTask_DecidesWhateverItsWords()
    {
        Route route = Router(OpenAI, Gemini).Choose(Auto("Fix the Docker build.") with { Kind = "documents" }, 0);

        Assert.Equal(("documents", "gemini-3.1-pro"), (route.Kind, route.Model.Id));
    }

    [Fact]
    public void UnknownKind_NamesThoseThereAre()
    {
        TaskFileException failure = Assert.Throws<TaskFileException>(() => Router(OpenAI).Choose(Auto("x") with { Kind = "poetry" }, 0));

        Assert.Equal("model.kind: there is no kind 'poetry'; known are documents, longContext, terminal, patch, general.", failure.Message);
    }

    [Fact]
    public void UnknownKindBesideANamedModel_IsAnErrorToo() => Assert.Throws<TaskFileException>(
        () => Router(OpenAI).Choose(Auto("x") with { Model = "gpt-5.5", Kind = "poetry" }, 0));

    [Fact]
    public void RoutingFile_ScriptsAreFoundBesideIt()
    {
        File.WriteAllText(_folder.At("routing.yaml"), "kinds: [{ name: any, models: ['scripted:turns.yaml', gpt-5.5, 'scripted:more.yaml'] }]\n");

        Route route = Router(OpenAI).Choose(Auto("x"), 0);

        Assert.Equal($"scripted:{_folder.At("turns.yaml")}", route.Model.Id);
        Assert.Equal([$"scripted:{_folder.At("more.yaml")}"], route.Fallbacks);
    }

    [Fact]
    public void RoutingFileWithAModelThatNobodyKnows_IsNamed()
    {
        File.WriteAllText(_folder.At("routing.yaml"), "kinds: [{ name: any, models: [gpt-9, gpt-5.5] }]\n");

        RoutingFileException failure = Assert.Throws<RoutingFileException>(() => Router(OpenAI).Choose(Auto("x"), 0));

        Assert.Equal("routing.yaml: the kind 'any' names a model that can't be had. The model \"gpt-9\" is unknown.", failure.Message);
    }

    [Fact]
    public void NamedModel_HasTheFallbacksThatTheTaskNamesAndNoOthers()
    {
        AgentTask task = Auto("Fix the parser.") with { Model = "gpt-5.5" };

        Assert.Empty(Router(OpenAI, Anthropic).Choose(task, 0).Fallbacks);
        Assert.Equal(["claude-opus-4-7"], Router(OpenAI, Anthropic).Choose(task with { Fallback = ["gpt-5.5", "claude-opus-4-7"] }, 0).Fallbacks);
    }

    [Fact]
    public void FallbackThatCannotWork_IsAnErrorBeforeTheRunStarts()
    {
        AgentTask task = Auto("x") with { Model = "gpt-5.5" };

        Assert.Contains(Anthropic, Assert.Throws<ProviderException>(
            () => Router(OpenAI).Choose(task with { Fallback = ["claude-opus-4-7"] }, 0)).Message, StringComparison.Ordinal);
        Assert.StartsWith("model.fallback: the model local/qwen has no known price", Assert.Throws<TaskFileException>(
            () => Router(OpenAI).Choose(task with { Fallback = ["local/qwen"] }, 0)).Message, StringComparison.Ordinal);
        Assert.StartsWith("model.fallback: scripted:/a.yaml is a script", Assert.Throws<TaskFileException>(
            () => Router(OpenAI).Choose(task with { Model = "scripted:/a.yaml", Fallback = ["gpt-5.5"] }, 0)).Message, StringComparison.Ordinal);
        Assert.Throws<UnknownModelException>(() => Router(OpenAI).Choose(task with { Fallback = ["gpt-9"] }, 0));
    }

    [Fact]
    public void RoutingFile_TakesThePlaceOfTheBuiltInKinds()
    {
        File.WriteAllText(_folder.At("routing.yaml"), "kinds: [{ name: any, models: [local/qwen, gpt-5.5], because: it is ours }]\n");

        Route route = Router(OpenAI).Choose(Auto("Fix the parser."), 0);

        Assert.Equal("auto, any (nothing tells another kind): local/qwen, since it is ours.", route.Reason);
        Assert.Equal(["gpt-5.5"], route.Fallbacks);
        Assert.Empty(Router(OpenAI).Choose(Auto("x") with { Budget = new BudgetTerms { Usd = 1 }, Fallback = [] }, 0).Fallbacks);
    }

    [Theory]
    [InlineData("kinds: [{ name: any, models: [] }]", "routing.yaml:1: 'kinds[0].models' must name at least one model.")]
    [InlineData("kinds: [{ name: any, model: gpt-5.5 }]", "routing.yaml:1: unknown key 'kinds[0].model'; did you mean 'models'?")]
    [InlineData("kinds: [{ name: a, when: { words: [x] }, models: [m] }]", "the last kind must have no 'when'")]
    [InlineData("kinds: [{ name: a, when: {}, models: [m] }, { name: b, models: [m] }]", "'kinds[0].when' has no sign")]
    [InlineData("kinds: [{ name: a, models: [m] }, { name: a, models: [m] }]", "the kind 'a' stands there twice")]
    [InlineData("kinds: [{ name: a, models: [m, n, m] }]", "routing.yaml:1: 'kinds[0].models' names the model 'm' twice; name each once.")]
    [InlineData("- a", "must be a mapping")]
    public void WrongRoutingFile_NamesLineAndMend(string text, string error)
    {
        RoutingFileException failure = Assert.Throws<RoutingFileException>(() => TaskKinds.Parse(text, "routing.yaml"));

        Assert.Contains(error, failure.Message, StringComparison.Ordinal);
    }

    private Router Router(params string[] keys) => new(new TaskKinds(new DataFolder(_folder.At("."))), new KeyedModels(keys));

    private static AgentTask Auto(string objective) => new()
    {
        Name = "t",
        Objective = objective,
        Workspace = new WorkspaceSource("/", null),
        Success = [],
    };
}
