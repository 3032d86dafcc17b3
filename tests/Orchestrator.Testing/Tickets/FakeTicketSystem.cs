using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Testing.Tickets;

/// <summary>A ticket system on loopback with one ticket, as strict as the real one in who asks, how, and for what.</summary>
public abstract class FakeTicketSystem : IAsyncDisposable
{
    public const string Token = "a token of the ticket system";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<IResult> _instead = [];
    private readonly ConcurrentQueue<string> _asked = [];
    private readonly List<(int Id, string Text)> _comments = [];
    private int _made;
    private int _toLose;

    private protected FakeTicketSystem()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Use(GuardAsync);
        Map(_app);
    }

    /// <summary>What settings name as Api:Url.</summary>
    public virtual Uri Api => new(_app.Urls.First());

    /// <summary>Whom the token is of, as settings name them.</summary>
    public virtual string? User => null;

    /// <summary>Every request, as method and path, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <summary>Whether the ticket is there.</summary>
    public bool IsThere { get; set; } = true;

    /// <summary>The ticket's state.</summary>
    public string State { get; set; } = "To Do";

    /// <summary>Comments of the ticket, as they were given.</summary>
    public IReadOnlyList<string> Comments
    {
        get
        {
            lock (_comments)
            {
                return [.. _comments.Select(one => one.Text)];
            }
        }
    }

    /// <summary>All comments that were ever made.</summary>
    public int Made
    {
        get
        {
            lock (_comments)
            {
                return _made;
            }
        }
    }

    /// <summary>The next request is answered by this, and nothing comes of it.</summary>
    public void AnswerNext(IResult instead) => _instead.Enqueue(instead);

    /// <summary>What the next request that changes something asks for is done, and nobody hears of it.</summary>
    public void LoseNextAnswer() => Interlocked.Exchange(ref _toLose, 1);

    /// <summary>Somebody writes a comment.</summary>
    public int Say(string text)
    {
        lock (_comments)
        {
            _comments.Add((++_made, text));
            return _made;
        }
    }

    /// <summary>Somebody deletes all of them.</summary>
    public void DeleteAll()
    {
        lock (_comments)
        {
            _comments.Clear();
        }
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _app.DisposeAsync();
    }

    protected Task ListenAsync() => _app.StartAsync();

    private protected abstract void Map(WebApplication app);

    /// <summary>How it turns away who shows another token.</summary>
    private protected abstract IResult TurnedAway();

    private protected IReadOnlyList<(int Id, string Text)> Slice(int from, int most)
    {
        lock (_comments)
        {
            return [.. _comments.Skip(from).Take(most)];
        }
    }

    private protected bool Change(int id, string text)
    {
        lock (_comments)
        {
            int at = _comments.FindIndex(one => one.Id == id);
            if (at >= 0)
            {
                _comments[at] = (id, text);
            }

            return at >= 0;
        }
    }

    /// <returns>Null if the body isn't an object with nothing but these members.</returns>
    private protected static async Task<JsonObject?> ReadAsync(HttpRequest request, params string[] members) =>
        request.ContentType == "application/json" && await JsonNode.ParseAsync(request.Body) is JsonObject body && body.All(member => members.Contains(member.Key)) ? body : null;

    private protected static IResult Json(object? body, int status = StatusCodes.Status200OK) => Results.Json(body, statusCode: status);

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        _asked.Enqueue($"{request.Method} {request.Path.Value}");
        if (request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Token}")))
        {
            await TurnedAway().ExecuteAsync(context);
            return;
        }

        if (_instead.TryDequeue(out IResult? instead))
        {
            await instead.ExecuteAsync(context);
            return;
        }

        if (!HttpMethods.IsGet(request.Method) && Interlocked.Exchange(ref _toLose, 0) == 1)
        {
            context.Response.Body = new MemoryStream();
            await next(context);
            context.Abort();
            return;
        }

        await next(context);
    }
}
