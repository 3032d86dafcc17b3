using Microsoft.AspNetCore.Http;

namespace Orchestrator.Providers.Scripted;

/// <summary>Sends an answer's events, and breaks them off where the script says so.</summary>
internal sealed class StreamedAnswer(HttpContext http, AnswerEvents events, TimeProvider clock)
{
    public async Task SendAsync(TimeSpan delay, FailureKind? failure)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        await WriteAsync(events.Begin());
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await Task.Delay(delay, clock, http.RequestAborted);

        switch (failure)
        {
            case null:
                await WriteAsync(events.Items());
                await WriteAsync([events.End("completed")]);
                break;
            case FailureKind.Garbage:
                await http.Response.WriteAsync("event: response.output_item.done\ndata: {\"type\":\"re\0\ufffd}}\n\n", http.RequestAborted);
                break;
            case FailureKind.Failed:
                await WriteAsync([events.End("failed")]);
                break;
            case FailureKind.Incomplete or FailureKind.Filtered:
                await WriteAsync(events.ItemsUntilBreak());
                await WriteAsync([events.HalfItemDone(), events.End("incomplete")]);
                break;
            default:
                await WriteAsync(events.ItemsUntilBreak());
                break;
        }

        await BreakAsync(http, failure, clock);
    }

    /// <summary>Ends the connection as the failure says: not at all, broken, or never.</summary>
    public static async Task BreakAsync(HttpContext http, FailureKind? failure, TimeProvider clock)
    {
        await http.Response.Body.FlushAsync(http.RequestAborted);
        if (failure == FailureKind.Cut)
        {
            http.Abort();
        }

        if (failure == FailureKind.Stall)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, http.RequestAborted);
        }
    }

    private async Task WriteAsync(IEnumerable<ScriptedEvent> parts)
    {
        foreach (ScriptedEvent part in parts)
        {
            await http.Response.WriteAsync($"event: {part.Type}\ndata: ", http.RequestAborted);
            await http.Response.Body.WriteAsync(part.Json, http.RequestAborted);
            await http.Response.Body.WriteAsync("\n\n"u8.ToArray(), http.RequestAborted);
        }
    }
}
