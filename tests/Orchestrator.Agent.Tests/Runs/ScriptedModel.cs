using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>A model that plays its answers in order and keeps every request.</summary>
internal sealed class ScriptedModel(params IEnumerable<Func<ModelReply>> answers) : IModelClient, IModelCatalogue
{
    private readonly Queue<Func<ModelReply>> _answers = new(answers);
    private readonly List<ModelRequest> _requests = [];

    [ThreadStatic]
    private static ModelRequest? _asked;

    /// <summary>A summary that is one: under each of the headings that are asked for.</summary>
    public const string Handover =
        """
        ## Done so far
        What was done.
        ## State of the work
        As it is.
        ## Open problems
        None.
        ## Next steps
        The rest.
        ## Decisions
        None.
        """;

    /// <summary>Dollars per million output tokens; an answer has a thousand. Null for a model without a price.</summary>
    public decimal? Price { get; init; }

    /// <summary>Dollars per million input tokens from the cache, others costing ten times that.</summary>
    public decimal CachedPrice { get; init; }

    public bool TakesBackground { get; init; }

    public bool ThinksLong { get; init; }

    public IReadOnlyList<ModelRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public static Func<ModelReply> Says(string text) => () => Reply(text, []);

    public static Func<ModelReply> IsCut(string text) => () => Reply(text, []) with { End = ReplyEnd.MaxOutputTokens };

    public static Func<ModelReply> Refuses(string text) => () => Reply(text, []) with { End = ReplyEnd.Refused };

    /// <summary>Calls <c>bash</c>, once for each command.</summary>
    public static Func<ModelReply> Bash(params string[] commands) => Calls([.. commands.Select(command => ("bash", JsonSerializer.Serialize(new { command })))]);

    public static Func<ModelReply> Calls(params (string Tool, string Arguments)[] calls) => () => Reply(
        string.Empty, [.. calls.Select(call => new RequestedCall("call-" + Guid.NewGuid().ToString("N"), call.Tool, call.Arguments))]);

    /// <summary>The same answer, billed as the end of a conversation that takes so many tokens.</summary>
    public static Func<ModelReply> Counted(long tokens, Func<ModelReply> answer) => () => answer() with { Usage = new TokenUsage(tokens - 1000, 0, 1000) };

    public static Func<ModelReply> Fails(ProviderFailure failure, string message) => () => throw new ProviderException(failure, message);

    /// <summary>Asks to be left alone, after some attempts in all.</summary>
    public static Func<ModelReply> PutsOff(TimeSpan wait, int attempts = 1) => () => throw new ProviderException(
        ProviderFailure.RateLimited, "Too many requests.")
    { RetryAfter = wait, Attempts = attempts };

    /// <summary>Works on in the background: on an answer that it begins now, or on that which it had begun.</summary>
    public static Func<ModelReply> Underway(string? begins = null) => () =>
    {
        if (begins is not null)
        {
            Begin(begins);
        }

        throw StillUnderway();
    };

    /// <summary>Tells whoever asks now the id of an answer in the background.</summary>
    public static void Begin(string response) => _asked!.Background!.Begun(response, CancellationToken.None).GetAwaiter().GetResult();

    public static ProviderException StillUnderway() => new(ProviderFailure.Underway, "It is at work.")
    {
        Attempts = 1,
        RetryAfter = TimeSpan.FromSeconds(10),
    };

    /// <summary>No longer has the answer that it worked on.</summary>
    public static Func<ModelReply> IsGone { get; } =
        () => throw new ProviderException(ProviderFailure.Overloaded, "It is gone.") { IsAnswerLost = true, RetryAfter = TimeSpan.FromSeconds(10) };

    /// <summary>Lets nobody look at the answer that it works on.</summary>
    public static Func<ModelReply> IsRefused { get; } =
        () => throw new ProviderException(ProviderFailure.Unauthorized, "It wants another key.") { IsAnswerUnderway = true };

    /// <summary>Is not asked for a while, after some attempts that failed.</summary>
    public static Func<ModelReply> IsHeldBack(TimeSpan wait, int attempts) => () => throw new ProviderException(
        ProviderFailure.RateLimited, "Others have asked too much.")
    { RetryAfter = wait, Attempts = attempts, WasHeldBack = true };

    public Task<ModelReply> AskAsync(ModelRequest request, CancellationToken cancellationToken)
    {
        lock (_requests)
        {
            _requests.Add(request);
            _asked = request;
            int window = Resolve(request.Model).ContextWindow;
            long shown = TokensOf(request);
            if (shown + request.MaxOutputTokens > window)
            {
                throw new ProviderException(
                    ProviderFailure.ContextTooLong, $"{shown} tokens and {request.MaxOutputTokens} of answer don't fit into {window}.");
            }

            if (Answer is not null)
            {
                return Task.FromResult(Answer(request));
            }

            return Task.FromResult((_answers.Count > 0 ? _answers.Dequeue() : throw new InvalidOperationException("The script is over."))());
        }
    }

    /// <summary>Says what is answered to a request, in place of the script, for runs side by side; null for the script.</summary>
    public Func<ModelRequest, ModelReply>? Answer { get; init; }

    /// <summary>Models without a price.</summary>
    public HashSet<string> Unpriced { get; } = [];

    /// <summary>Tokens that fit into its window.</summary>
    public int Window { get; init; } = 100_000;

    /// <summary>Its endpoint has a compaction of its own, which those that take over don't have.</summary>
    public bool CompactsItself { get; init; }

    /// <summary>Models that nobody can ask now.</summary>
    public HashSet<string> Away { get; } = [];

    /// <summary>Tokens that fit into the window of models that take over.</summary>
    public int SpareWindow { get; init; } = 100_000;

    public Task CheckAsync(string model, CancellationToken cancellationToken) => Away.Contains(model)
        ? throw new ProviderException(ProviderFailure.Unreachable, $"{model} is away.")
        : Task.CompletedTask;

    /// <summary>The answers that nobody waited for any longer.</summary>
    public ConcurrentQueue<string> Canceled { get; } = [];

    public Task CancelAsync(string model, string responseId, CancellationToken cancellationToken)
    {
        Canceled.Enqueue(responseId);
        return Task.CompletedTask;
    }

    public IReadOnlyList<ProviderDescription> Providers => [new("test", ["scripted"], KeyVariable: null, IsKeySet: true)];

    /// <summary>Models whose endpoints are no longer declared, from the moment on that they are in it.</summary>
    public ConcurrentDictionary<string, bool> Gone { get; } = [];

    /// <summary>The script plays whatever model is named; those whose name begins with <c>spare</c> are others.</summary>
    public ModelDescription Resolve(string model) => model switch
    {
        _ when Gone.ContainsKey(model) => throw new UnknownModelException($"The model \"{model}\" is unknown."),
        _ when model.StartsWith("spare", StringComparison.Ordinal) => Describe() with
        {
            Id = model,
            ContextWindow = SpareWindow,
            CompactsFrom = null,
            Prices = Unpriced.Contains(model) ? null : Describe().Prices,
        },
        _ => Describe(),
    };

    /// <summary>What a request shows, in tokens of four bytes.</summary>
    private static long TokensOf(ModelRequest request) => request.Prompt.Sum(item => item switch
    {
        PromptItem.Instructions said => said.Text.Length,
        PromptItem.UserMessage said => said.Text.Length,
        PromptItem.CallOutput output => output.Text.Length,
        PromptItem.ProviderItem own => own.Json.Length,
        _ => 0,
    } / 4);

    private ModelDescription Describe() => new()
    {
        Id = "scripted",
        Provider = "test",
        Dialect = Dialect.Responses,
        Reason = "the test says so",
        ContextWindow = Window,
        CompactsFrom = CompactsItself ? 0 : null,
        TakesBackground = TakesBackground,
        ThinksLong = ThinksLong,
        Prices = Price is { } price ? new ModelPrices { AsOf = "2026-01-01", Input = CachedPrice * 10, CachedInput = CachedPrice, Output = price } : null,
    };

    private static ModelReply Reply(string text, IReadOnlyList<RequestedCall> calls) => new()
    {
        ResponseId = Guid.NewGuid().ToString("N"),
        Model = "scripted",
        Items =
        [
            .. text.Length > 0 ? [JsonSerializer.SerializeToUtf8Bytes(new { type = "message", text })] : Array.Empty<ReadOnlyMemory<byte>>(),
            .. calls.Select(call => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($$"""{"type":"function_call","call_id":"{{call.CallId}}"}""")),
        ],
        Calls = calls,
        Text = text,
        Usage = new TokenUsage(100, 40, 1000),
        End = ReplyEnd.Completed,
        Attempts = 1,
    };
}
