using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Providers.Tests.Switches;

/// <summary>A run that goes on with another model: every ordered pair of four providers, there and back.</summary>
public sealed class SwitchTests : IAsyncLifetime
{
    private const int TurnsWithEach = 2;
    private const int SmallWindow = 12_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("switches-").FullName;
    private StrictEndpoint[] _endpoints = [];
    private ServiceProvider? _services;

    public static IEnumerable<object[]> Pairs { get; } =
        from first in Models
        from second in Models
        where first != second
        select new object[] { first, second };

    /// <summary>Without the Responses endpoint, at which the official schema would fail the test as well.</summary>
    public static IEnumerable<object[]> PairsToOtherDialects { get; } = Pairs.Where(pair => (string)pair[1] != "gpt-5.5");

    /// <summary>Every pair with every shape of the turns around the switch.</summary>
    public static IEnumerable<object[]> PairsAndShapes { get; } =
        from pair in Pairs
        from shape in Enum.GetValues<TurnShape>()
        select (object[])[.. pair, shape];

    private static string[] Models => ["gpt-5.5", "claude-opus-4-7", "gemini-3.1-pro", "local/qwen3"];

    public async Task InitializeAsync()
    {
        StrictResponses openAI = await new StrictResponses().StartedAsync<StrictResponses>();
        StrictMessages anthropic = await new StrictMessages().StartedAsync<StrictMessages>();
        StrictChat gemini = await new StrictChat(hasSignatures: true, 1_048_576).StartedAsync<StrictChat>();
        StrictChat local = await new StrictChat(hasSignatures: false, SmallWindow).StartedAsync<StrictChat>();
        _endpoints = [openAI, anthropic, gemini, local];
        string file = Path.Combine(_folder, "providers.yaml");
        await File.WriteAllTextAsync(
            file, $"- {{ name: local, dialect: chat, baseUrl: '{local.BaseUrl}', keyEnv: LOCAL_KEY, models: [{{ id: qwen3, window: {SmallWindow} }}] }}\n");
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OPENAI_API_KEY"] = Asking.Key,
            ["OPENAI_BASE_URL"] = openAI.BaseUrl,
            ["ANTHROPIC_API_KEY"] = Asking.Key,
            ["ANTHROPIC_BASE_URL"] = anthropic.BaseUrl,
            ["GEMINI_API_KEY"] = Asking.Key,
            ["GEMINI_BASE_URL"] = gemini.BaseUrl,
            ["LOCAL_KEY"] = Asking.Key,
        }).Build();
        _services = new ServiceCollection().AddLogging(logging => logging.ClearProviders()).AddProviders(configuration, file).BuildServiceProvider();
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task SwitchThereAndBack_IsTakenByBoth(string first, string second)
    {
        List<TranscriptEntry> transcript = [TranscriptEntry.Instructions("Be brief."), TranscriptEntry.User(0, "List the files.")];
        int turn = 0;
        foreach (string model in new[] { first, second, first, second })
        {
            for (int asked = 0; asked < TurnsWithEach; asked++)
            {
                await TakeTurnAsync(transcript, model, ++turn);
            }
        }

        Assert.Equal([], _endpoints.SelectMany(endpoint => endpoint.Refusals));
        Assert.Equal(4 * TurnsWithEach, _endpoints.Sum(endpoint => endpoint.Requests));
    }

    /// <summary>Nothing that was said, called or returned is lost or comes in another order, and nothing is added.</summary>
    [Theory]
    [MemberData(nameof(PairsAndShapes))]
    public async Task AnyTurnBeforeASwitch_IsShownWholeToTheNextModel(string first, string second, TurnShape shape)
    {
        var run = new SwitchingRun(_services!, "List the files.");
        (string Model, TurnShape Shape)[] turns = [(first, TurnShape.Usual), (first, shape), (second, TurnShape.Usual), (second, shape), (first, shape), (second, shape)];
        foreach ((string model, TurnShape next) in turns)
        {
            StrictEndpoint endpoint = _endpoints[Array.IndexOf(Models, model)];
            string[] expected = run.Shown(isChat: endpoint is StrictChat);
            await run.TakeTurnAsync(endpoint, model, next);

            Assert.Equal([], endpoint.Refusals);
            Assert.Equal(expected, endpoint.Shown);
        }

        Assert.Equal(turns.Length, _endpoints.Sum(endpoint => endpoint.Requests));
    }

    [Theory]
    [MemberData(nameof(PairsToOtherDialects))]
    public async Task ItemsOfAnotherModelAsTheyAre_AreRefused(string first, string second)
    {
        List<TranscriptEntry> transcript = [TranscriptEntry.Instructions("Be brief."), TranscriptEntry.User(0, "List the files.")];
        await TakeTurnAsync(transcript, first, turn: 1);
        Origin claimed = _services!.GetRequiredService<IModelCatalogue>().Resolve(second).Origin;

        List<TranscriptEntry> relabelled = [.. transcript.Select(entry => entry.Origin is null ? entry : entry with { Origin = claimed })];

        await Assert.ThrowsAsync<ProviderException>(() => TakeTurnAsync(relabelled, second, turn: 2));
    }

    public async Task DisposeAsync()
    {
        await _services!.DisposeAsync();
        foreach (StrictEndpoint endpoint in _endpoints)
        {
            await endpoint.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>As a run does it: the answer's items with their origin, an output for each call, and a word of a person now and then.</summary>
    private async Task TakeTurnAsync(List<TranscriptEntry> transcript, string model, int turn)
    {
        ModelDescription described = _services!.GetRequiredService<IModelCatalogue>().Resolve(model);
        ModelReply reply = await _services!.GetRequiredService<IModelClient>().AskAsync(
            Asking.Request([.. TranscriptEntry.PromptOf(transcript)]) with
            {
                Model = model,
                MaxOutputTokens = described.LongestAnswer,
            },
            CancellationToken.None);

        Assert.Single(reply.Calls);
        transcript.AddRange(reply.Items.Select(item => TranscriptEntry.ProviderItem(turn, item, described.Origin)));
        transcript.AddRange(reply.Calls.Select(call => TranscriptEntry.Observation(turn, call.CallId, $"a.txt of turn {turn}")));
        if (turn % 3 == 0)
        {
            transcript.Add(TranscriptEntry.User(turn, "Go on."));
        }
    }
}
