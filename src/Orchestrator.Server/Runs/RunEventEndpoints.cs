using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Runs;

/// <summary>One thing that happened in a run.</summary>
internal sealed record EventView(DateTimeOffset At, RunEventKind Kind, int Turn, string Text, string? Details);

/// <summary>Follows runs: what happened is sent from the stored events, so that whoever was away misses nothing.</summary>
internal sealed class RunEventEndpoints(IRunStore runs, RunAccess access, Standing standing, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder api) => api.MapGet(
            "/runs/{id}/events",
            (string id, long? after, HttpContext context, Caller caller, RunEventEndpoints endpoints) => endpoints.FollowAsync(id, after ?? 0, context, caller))
        .WithName("FollowRun").WithTags("Runs")
        .WithSummary("A run's events (text/event-stream) from the beginning, or behind Last-Event-ID or 'after', until it is over: 'event: end'.");

    private async Task<Results<ServerSentEventsResult<string>, ProblemHttpResult>> FollowAsync(string id, long after, HttpContext context, Caller caller)
    {
        string last = context.Request.Headers["Last-Event-ID"].ToString();
        if (last.Length > 0 && !long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "Last-Event-ID is no number.", "Send the id of the last event that came.");
        }

        return await access.FindAsync(caller, id, context.RequestAborted) is { } run
            ? TypedResults.ServerSentEvents(ReadAsync(run.RunId, after, context.User, context.RequestAborted))
            : RunAccess.Missing(id);
    }

    private async IAsyncEnumerable<SseItem<string>> ReadAsync(
        string run, long after, ClaimsPrincipal user, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long saidAt = time.GetTimestamp();

        // Whoever is no longer let in hears no more: what was shown is looked at in each round.
        while (standing.IsGood(user))
        {
            // First whether it is over: what happened before that is in the events behind it.
            RunSummary? summary = await runs.FindAsync(run, cancellationToken);
            foreach (StoredRunEvent stored in await runs.ReadEventsAsync(run, after, cancellationToken))
            {
                after = stored.Sequence;
                saidAt = time.GetTimestamp();
                yield return Item(stored);
            }

            if (summary?.Result is not null)
            {
                yield return new SseItem<string>(JsonSerializer.Serialize(RunView.Of(summary), ServerJson.Default.RunView), "end");
                yield break;
            }

            if (time.GetElapsedTime(saidAt) >= Heartbeat)
            {
                saidAt = time.GetTimestamp();
                yield return new SseItem<string>(string.Empty, "heartbeat");
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private static SseItem<string> Item(StoredRunEvent stored)
    {
        RunEvent told = stored.Event;
        var view = new EventView(stored.At, told.Kind, told.Turn, told.Text, told.Details);
        return new SseItem<string>(JsonSerializer.Serialize(view, ServerJson.Default.EventView), "happened")
        {
            EventId = stored.Sequence.ToString(CultureInfo.InvariantCulture),
        };
    }
}
