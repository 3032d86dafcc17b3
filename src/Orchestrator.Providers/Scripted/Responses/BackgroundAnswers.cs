using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>Answers that their clients fetch later, by id; kept for ten minutes after they are ready, as the service does at least.</summary>
internal sealed class BackgroundAnswers(TimeProvider clock)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Kept> _answers = new();

    /// <summary>The answer is ready after a while, whether anybody listens or not.</summary>
    public void Begin(ResponseObject response, TimeSpan delay)
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach ((string id, Kept old) in _answers)
        {
            if (old.IsForgotten(now))
            {
                _answers.TryRemove(id, out _);
            }
        }

        _answers[response.Id] = new Kept(response, now + delay);
    }

    /// <summary><c>GET /responses/{id}</c>: its state; with <c>stream=true</c> its events, those up to <c>starting_after</c> left out.</summary>
    public async Task ShowAsync(HttpContext http)
    {
        if (await FindAsync(http) is not { } kept)
        {
            return;
        }

        if (http.Request.Query["stream"] != "true")
        {
            await http.SendAsync(kept.Response.ToJson(StatusOf(kept)));
            return;
        }

        int from = int.TryParse(http.Request.Query["starting_after"], out int after) ? after + 1 : 0;
        var answer = new ResponsesAnswer(kept.Response);
        StreamedAnswer.BeginStream(http);
        ScriptedEvent[] begin = [.. answer.Begin()];
        await StreamedAnswer.WriteAsync(http, begin.Skip(from));
        await http.Response.Body.FlushAsync(http.RequestAborted);
        TimeSpan wait = kept.ReadyAt - clock.GetUtcNow();
        await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock, http.RequestAborted);
        if (_answers.TryGetValue(kept.Response.Id, out Kept? now) && now.IsCanceled)
        {
            return;
        }

        IEnumerable<ScriptedEvent> items = kept.Response.End == AnswerEnd.Completed ? answer.Items() : answer.ItemsUntilBreak();
        ScriptedEvent[] rest = [.. items, .. answer.End()];
        await StreamedAnswer.WriteAsync(http, rest.Skip(Math.Max(0, from - begin.Length)));
    }

    /// <summary><c>POST /responses/{id}/cancel</c>: an answer that is ready stays as it is.</summary>
    public async Task CancelAsync(HttpContext http)
    {
        if (await FindAsync(http) is not { } kept)
        {
            return;
        }

        if (clock.GetUtcNow() < kept.ReadyAt)
        {
            kept = kept with { IsCanceled = true };
            _answers[kept.Response.Id] = kept;
        }

        await http.SendAsync(kept.Response.ToJson(StatusOf(kept)));
    }

    private string StatusOf(Kept kept) =>
        kept.IsCanceled ? "cancelled" : clock.GetUtcNow() < kept.ReadyAt ? "in_progress" : kept.Response.FinalStatus;

    private async Task<Kept?> FindAsync(HttpContext http)
    {
        string id = (string)http.GetRouteValue("id")!;
        if (_answers.TryGetValue(id, out Kept? kept) && !kept.IsForgotten(clock.GetUtcNow()))
        {
            return kept;
        }

        await http.RefuseAsync(new Refusal($"Response with id '{id}' not found.", null, "response_id") { Status = 404 }, OpenAIError.Of);
        return null;
    }

    private sealed record Kept(ResponseObject Response, DateTimeOffset ReadyAt)
    {
        public bool IsCanceled { get; init; }

        public bool IsForgotten(DateTimeOffset now) => ReadyAt + KeptFor < now;
    }
}
