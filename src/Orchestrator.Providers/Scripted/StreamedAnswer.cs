using Microsoft.AspNetCore.Http;

namespace Orchestrator.Providers.Scripted;

/// <summary>Sends an answer's events, and breaks them off where the script says so.</summary>
internal sealed class StreamedAnswer(HttpContext http, IScriptedAnswer answer, TimeProvider clock)
{
    public async Task SendAsync(TimeSpan delay, FailureKind? failure)
    {
        BeginStream(http);
        await WriteAsync(http, answer.Begin());
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await Task.Delay(delay, clock, http.RequestAborted);

        switch (failure)
        {
            case null:
                await WriteAsync(http, answer.Items());
                await WriteAsync(http, answer.End());
                break;
            case FailureKind.Garbage:
                await http.Response.WriteAsync("data: {\"type\":\"re\0\ufffd}}\n\n", http.RequestAborted);
                break;
            case FailureKind.Failed:
                await WriteAsync(http, answer.End());
                break;
            case FailureKind.Incomplete or FailureKind.Filtered:
                await WriteAsync(http, answer.ItemsUntilBreak());
                await WriteAsync(http, answer.End());
                break;
            default:
                await WriteAsync(http, answer.ItemsUntilBreak());
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

    public static void BeginStream(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
    }

    public static async Task WriteAsync(HttpContext http, IEnumerable<ScriptedEvent> events)
    {
        foreach (ScriptedEvent told in events)
        {
            await http.Response.WriteAsync(told.Name is { } name ? $"event: {name}\ndata: " : "data: ", http.RequestAborted);
            await http.Response.Body.WriteAsync(told.Data, http.RequestAborted);
            await http.Response.Body.WriteAsync("\n\n"u8.ToArray(), http.RequestAborted);
        }
    }
}
