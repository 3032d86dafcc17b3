using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Benchmarks.Product;

/// <summary>
/// A model of the Responses dialect whose every turn takes down a plan, which starts no process, until it is told that all is done. It answers when its
/// <see cref="Gate"/> lets it, and notes how long each run takes from an answer to its next question.
/// </summary>
internal sealed class PacedModel : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Conversation> _runs = [];
    private readonly ConcurrentQueue<ModelStep> _steps = [];
    private int _answers;
    private int _askedAgain;
    private volatile bool _isDone;

    private PacedModel(WebApplication app) => _app = app;

    public string BaseUrl => $"{_app.Urls.Single()}/v1";

    public TurnGate Gate { get; } = new();

    /// <summary>How many runs have asked.</summary>
    public int Runs => _runs.Count;

    /// <summary>How many answers were given.</summary>
    public int Answers => _answers;

    /// <summary>Questions that had been answered before.</summary>
    public int AskedAgain => _askedAgain;

    /// <summary>In the order in which they ended.</summary>
    public IReadOnlyList<ModelStep> Steps => [.. _steps];

    public static async Task<PacedModel> StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();
        var model = new PacedModel(app);
        app.MapPost("/v1/responses", model.AnswerAsync);
        app.MapGet("/v1/models/{id}", () => Results.Text("{}", "application/json"));
        await app.StartAsync(cancellationToken);
        return model;
    }

    /// <summary>From now on it says that the work is done.</summary>
    public void BeDone() => _isDone = true;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        long askedAt = TimeProvider.System.GetTimestamp();
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        ModelRequest request = ModelRequest.Read(body.ToArray(), TimeProvider.System.GetUtcNow());
        Conversation run = _runs.GetOrAdd(request.Run, _ => new Conversation());
        if (!run.Asks(request.Items))
        {
            Interlocked.Increment(ref _askedAgain);
        }
        else if (run.AnsweredAt is { } answeredAt)
        {
            _steps.Enqueue(new ModelStep(answeredAt, askedAt));
        }

        // An answer that has begun may be silent for longer than one that hasn't.
        http.Response.ContentType = "text/event-stream";
        await http.Response.StartAsync(http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await Gate.EnterAsync().WaitAsync(http.RequestAborted);
        run.AnsweredAt = TimeProvider.System.GetTimestamp();
        await http.Response.WriteAsync(Completed(run.Turn), http.RequestAborted);
        Interlocked.Increment(ref _answers);
    }

    private string Completed(int turn) =>
        $$"""data: {"type":"response.completed","response":{"id":"resp_{{turn}}","status":"completed","model":"paced","output":[{{(_isDone ? Words : Plan(turn))}}],"""
        + """ "usage":{"input_tokens":1000,"output_tokens":50}}}""" + "\n\n";

    private const string Words =
        """{"id":"msg","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"It is done."}]}""";

    // Each turn another one: a run that does the same again and again is stopped.
    private static string Plan(int turn) =>
        $$"""{"id":"fc_{{turn}}","type":"function_call","status":"completed","call_id":"call_{{turn}}","name":"update_plan","arguments":"{\"plan\":[{\"step\":\"Step {{turn}}\",\"status\":\"in_progress\"}]}"}""";

    /// <summary>What is known of a run. Its questions come one after the other.</summary>
    private sealed class Conversation
    {
        private int _items;

        public int Turn { get; private set; }

        public long? AnsweredAt { get; set; }

        /// <returns>False for what it has asked before: each turn adds to the input.</returns>
        public bool Asks(int items)
        {
            bool isNew = items > _items;
            _items = Math.Max(_items, items);
            Turn += isNew ? 1 : 0;
            return isNew;
        }
    }
}

/// <summary>What a run does between an answer and its next question: all that the product does of a turn.</summary>
/// <param name="AnsweredAt">Timestamp before the answer's first byte.</param>
/// <param name="AskedAt">Timestamp of the next request's arrival, its headers read.</param>
internal sealed record ModelStep(long AnsweredAt, long AskedAt)
{
    public double Ms => TimeProvider.System.GetElapsedTime(AnsweredAt, AskedAt).TotalMilliseconds;
}
