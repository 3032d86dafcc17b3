using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Providers.Scripted;

/// <summary>
/// Answers requests from a script. What it says depends on the request alone; only how often a turn has failed already is
/// remembered, by run and turn.
/// </summary>
internal sealed class ScriptPlayer(Script script, TimeProvider clock)
{
    private const int LongestQuote = 300;

    private readonly ConcurrentDictionary<(string Run, int Turn), int> _failures = new();

    public async Task AnswerAsync(HttpContext http)
    {
        ScriptedRequest request;
        try
        {
            using JsonDocument body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            if (RequestRules.FindFault(body.RootElement) is { } fault)
            {
                await RefuseAsync(http, fault);
                return;
            }

            request = ScriptedRequest.Read(body.RootElement);
        }
        catch (JsonException)
        {
            await RefuseAsync(http, new Refusal("We could not parse the JSON body of your request.", "invalid_json", null));
            return;
        }

        await PlayAsync(http, request);
    }

    private async Task PlayAsync(HttpContext http, ScriptedRequest request)
    {
        ScriptTurn turn = request.AsksForSummary || request.AsksForCompaction
            ? script.SummaryAfter(request.Turn - 1) with { IsCompaction = request.AsksForCompaction }
            : script.Turn(request.Turn);
        if (turn.Expect is { } pattern && FindMismatch(pattern, request) is { } mismatch)
        {
            await RefuseAsync(http, mismatch);
            return;
        }

        ScriptFailure? failure = NextFailure(turn, request);
        if (failure is not null && await FailBeforeAnswerAsync(http, failure))
        {
            return;
        }

        ScriptedAnswer answer = new(turn, request) { IsFiltered = failure?.Kind == FailureKind.Filtered };
        ScriptedResponse response = new(answer, clock.GetUtcNow());
        if (request.Stream)
        {
            await new StreamedAnswer(http, new AnswerEvents(answer, response), clock).SendAsync(turn.Delay, failure?.Kind);
        }
        else
        {
            await SendWholeAsync(http, response, turn.Delay, failure?.Kind);
        }
    }

    private Refusal? FindMismatch(Regex pattern, ScriptedRequest request)
    {
        string fault = "does not";
        try
        {
            if (pattern.IsMatch(request.Observation))
            {
                return null;
            }
        }
        catch (RegexMatchTimeoutException)
        {
            fault = "could not be compared in time";
        }

        string seen = request.Observation.Length > LongestQuote ? request.Observation[..LongestQuote] + " ..." : request.Observation;
        return new Refusal(
            $"Turn {request.Turn} of {script.File} expects the newest observation to match '{pattern}', and it {fault}: {seen}",
            "expectation_failed", "input");
    }

    private ScriptFailure? NextFailure(ScriptTurn turn, ScriptedRequest request)
    {
        if (turn.Failures.Count == 0)
        {
            return null;
        }

        int earlier = _failures.AddOrUpdate((request.CacheKey, request.Turn), 1, (_, count) => count + 1) - 1;
        return turn.AlwaysFails ? turn.Failures[earlier % turn.Failures.Count] : turn.Failures.ElementAtOrDefault(earlier);
    }

    /// <returns>Whether the request is over.</returns>
    private async Task<bool> FailBeforeAnswerAsync(HttpContext http, ScriptFailure failure)
    {
        if (failure.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = $"{wait.TotalSeconds:0.###}";
        }

        switch (failure.Kind)
        {
            case FailureKind.Status:
                await RefuseAsync(http, Refusal.OfStatus(failure.Status));
                return true;
            case FailureKind.Quota:
                await RefuseAsync(http, Refusal.Quota);
                return true;
            case FailureKind.ContextLength:
                await RefuseAsync(http, Refusal.ContextLength);
                return true;
            case FailureKind.Close:
                http.Abort();
                return true;
            case FailureKind.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, http.RequestAborted);
                return true;
            default:
                return false;
        }
    }

    private async Task SendWholeAsync(HttpContext http, ScriptedResponse response, TimeSpan delay, FailureKind? failure)
    {
        await Task.Delay(delay, clock, http.RequestAborted);
        ReadOnlyMemory<byte> json = response.ToJson(failure switch
        {
            FailureKind.Failed => "failed",
            FailureKind.Incomplete or FailureKind.Filtered => "incomplete",
            _ => "completed",
        });
        http.Response.ContentType = "application/json";
        bool isBroken = failure is FailureKind.Cut or FailureKind.Truncated or FailureKind.Stall or FailureKind.Garbage;
        await http.Response.Body.WriteAsync(isBroken ? json[..(json.Length / 2)] : json, http.RequestAborted);
        await StreamedAnswer.BreakAsync(http, failure, clock);
    }

    private static async Task RefuseAsync(HttpContext http, Refusal refusal)
    {
        http.Response.StatusCode = refusal.Status;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(refusal.ToJson(), http.RequestAborted);
    }
}
