using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Providers.Tests.Faults;

/// <summary>Each fault of an endpoint has one outcome, in every dialect, wherever and however often it strikes. Waits take no time.</summary>
public sealed class EndpointFaultTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.1;

    private static readonly int RoundsOfAKind = Rounds.Of(gate: 25, deep: 300);

    public static TheoryData<EndpointFault> Faults { get; } = [.. Enum.GetValues<EndpointFault>()];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_HasItsOneOutcome(EndpointFault fault)
    {
        int first = FirstSeed();
        int requests = 0;
        for (int number = 0; number < RoundsOfAKind; number++)
        {
            FaultRound round = FaultRound.Draw(fault, number, first + number);
            requests += await PlayAsync(round, $"{round}; {Repeat(first, nameof(Fault_HasItsOneOutcome))}\n");
        }

        output.WriteLine($"{fault}: {RoundsOfAKind} rounds, {requests} requests; {Repeat(first, nameof(Fault_HasItsOneOutcome))}");
        Assert.InRange(requests, RoundsOfAKind, RoundsOfAKind * FaultRound.MostRequests);
    }

    [Fact]
    public async Task SplitAtAnyByte_IsTheSameAnswer()
    {
        int first = FirstSeed();
        int splits = 0;
        for (int number = 0; number < RoundsOfAKind; number++)
        {
            var random = new Random(first + number);
            Dialect dialect = (Dialect)(number % 3);
            DrawnAnswer answer = DrawnAnswer.Draw(random, "good");
            byte[] bytes = AnswerStream.Of(dialect, answer, random).Bytes;
            string expected = $"{answer.Text} {string.Join("; ", answer.Calls)}\n{string.Join("\n", (await ReadAsync(dialect, new MemoryStream(bytes))).Items.Select(item => item.Utf8()))}";
            for (int split = 0; split <= bytes.Length; split++)
            {
                ModelReply reply = await ReadAsync(dialect, new PiecewiseStream(bytes[..split], bytes[split..]));
                string read = $"{reply.Text} {string.Join("; ", reply.Calls)}\n{string.Join("\n", reply.Items.Select(item => item.Utf8()))}";

                Assert.True(expected == read, $"{dialect}, split at {split}; {Repeat(first, nameof(SplitAtAnyByte_IsTheSameAnswer))}\n{expected}\n{read}");
                splits++;
            }
        }

        output.WriteLine($"{RoundsOfAKind} answers, {splits} splits; {Repeat(first, nameof(SplitAtAnyByte_IsTheSameAnswer))}");
        Assert.True(splits > RoundsOfAKind * 500, $"Only {splits} splits.");
    }

    /// <returns>Requests, or connections where these fail.</returns>
    private static async Task<int> PlayAsync(FaultRound round, string told)
    {
        var time = new PatientTime(FaultRound.Patience.LongestWait);
        await using FaultyEndpoint endpoint = await FaultyEndpoint.StartAsync(round, time);
        await using ServiceProvider services = Services(endpoint.BaseUrl, time);
        int retries = 0;
        ModelRequest request = Asking.Request(new PromptItem.Instructions("Be brief."), new PromptItem.UserMessage(round.Question)) with
        {
            Model = round.Model,
            Retrying = (_, _) => endpoint.RetriedAsync(++retries),
        };

        (Outcome outcome, ModelReply? reply) = await Outcome.OfAsync(services.GetRequiredService<IModelClient>().AskAsync(request, CancellationToken.None));

        Assert.Equal($"{told}{round.Expected}", $"{told}{outcome}");
        int requests = outcome is Outcome.Answered answered ? answered.Requests : ((Outcome.Failed)outcome).Requests;
        CheckRequests(round, endpoint, requests, told);
        CheckWaits(round, time.Waits, requests, told);
        if (reply is not null)
        {
            ModelReply undisturbed = await ReadAsync(round.Dialect, new MemoryStream(endpoint.Answer.Bytes));
            Assert.Equal(undisturbed.Items.Select(item => told + item.Utf8()), reply.Items.Select(item => told + item.Utf8()));
        }

        return requests;
    }

    private static void CheckRequests(FaultRound round, FaultyEndpoint endpoint, int requests, string told)
    {
        bool neverArrive = round.Fault is EndpointFault.RefusedConnection || round is { Fault: EndpointFault.Reset, Form: 0 or 1 };
        bool isAnswered = round.Expected is Outcome.Answered;
        Assert.True((neverArrive ? (isAnswered ? 1 : 0) : requests) == endpoint.Bodies.Count, $"{told}{endpoint.Bodies.Count} requests arrived");
        Assert.All(endpoint.Bodies, body => Assert.Equal(told + Encoding.UTF8.GetString(endpoint.Bodies[0]), told + Encoding.UTF8.GetString(body)));
    }

    private static void CheckWaits(FaultRound round, IReadOnlyList<TimeSpan> waits, int requests, string told)
    {
        bool isAsked = round.Fault is EndpointFault.RateLimit or EndpointFault.Trouble;
        Assert.True(waits.Count == requests - 1, $"{told}{waits.Count} waits between {requests} requests");
        for (int i = 0; i < waits.Count; i++)
        {
            TimeSpan? asked = isAsked ? round.Waits[i] : null;
            bool isRight = asked is { } wait
                ? Math.Abs((waits[i] - wait).TotalSeconds) <= wait.TotalSeconds * Tolerance
                : waits[i] > TimeSpan.Zero && waits[i] <= FaultRound.Patience.LongestWait;
            Assert.True(isRight, $"{told}waited {waits[i]} where {asked} was asked for");
        }
    }

    private static async Task<ModelReply> ReadAsync(Dialect dialect, Stream stream) =>
        Assert.IsType<Attempt.Answered>(await WireForms.Of(dialect).ReadEventsAsync(stream, CancellationToken.None)).Reply;

    private static int FirstSeed() => Environment.GetEnvironmentVariable("ORCHESTRATOR_SEED") is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : Random.Shared.Next(int.MaxValue / 2);

    private static string Repeat(int seed, string test) => $"ORCHESTRATOR_SEED={seed} dotnet test tests/Orchestrator.Providers.Tests --filter {test}";

    private static ServiceProvider Services(string baseUrl, TimeProvider time)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OPENAI_API_KEY"] = Asking.Key,
            ["OPENAI_BASE_URL"] = baseUrl,
            ["ANTHROPIC_API_KEY"] = Asking.Key,
            ["ANTHROPIC_BASE_URL"] = baseUrl,
            ["GEMINI_API_KEY"] = Asking.Key,
            ["GEMINI_BASE_URL"] = baseUrl,
        }).Build();
        return new ServiceCollection()
            .AddSingleton(time)
            .AddLogging(logging => logging.ClearProviders())
            .AddProviders(configuration, Path.Combine(AppContext.BaseDirectory, "no-providers.yaml"))
            .BuildServiceProvider();
    }
}
