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

    public async Task AnswerAsync(HttpContext http, IScriptedDialect dialect)
    {
        ScriptedRequest request;
        using (JsonDocument? body = await http.AcceptAsync(read => dialect.FindFault(read, http.Request.Headers), dialect.Error))
        {
            if (body is null)
            {
                return;
            }

            request = dialect.Read(body.RootElement);
        }

        await PlayAsync(http, dialect, request);
    }

    private async Task PlayAsync(HttpContext http, IScriptedDialect dialect, ScriptedRequest request)
    {
        Script played = script.PlayedFor(request.Opening);
        ScriptTurn turn = request.AsksForSummary || request.AsksForCompaction
            ? played.SummaryAfter(request.Turn - 1)
            : played.Turn(request.Turn);
        if (turn.Expect is { } pattern && FindMismatch(pattern, request) is { } mismatch)
        {
            await http.RefuseAsync(mismatch, dialect.Error);
            return;
        }

        ScriptFailure? failure = NextFailure(turn, request);
        if (failure is not null && await FailBeforeAnswerAsync(http, dialect, failure))
        {
            return;
        }

        IScriptedAnswer answer = dialect.Answer(turn, request, EndBy(failure?.Kind));
        if (request.Stream)
        {
            await new StreamedAnswer(http, answer, clock).SendAsync(turn.Delay, failure?.Kind);
        }
        else
        {
            await SendWholeAsync(http, answer, turn.Delay, failure?.Kind);
        }
    }

    private static AnswerEnd EndBy(FailureKind? failure) => failure switch
    {
        FailureKind.Failed => AnswerEnd.Failed,
        FailureKind.Incomplete => AnswerEnd.Incomplete,
        FailureKind.Filtered => AnswerEnd.Filtered,
        _ => AnswerEnd.Completed,
    };

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
    private async Task<bool> FailBeforeAnswerAsync(HttpContext http, IScriptedDialect dialect, ScriptFailure failure)
    {
        if (failure.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = $"{wait.TotalSeconds:0.###}";
        }

        switch (failure.Kind)
        {
            case FailureKind.Status or FailureKind.Quota or FailureKind.ContextLength:
                await http.RefuseAsync(dialect.RefusalFor(failure), dialect.Error);
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

    private async Task SendWholeAsync(HttpContext http, IScriptedAnswer answer, TimeSpan delay, FailureKind? failure)
    {
        if (answer.Receipt is null)
        {
            await Task.Delay(delay, clock, http.RequestAborted);
        }

        ReadOnlyMemory<byte> json = answer.Receipt ?? answer.Whole();
        bool isBroken = failure is FailureKind.Cut or FailureKind.Truncated or FailureKind.Stall or FailureKind.Garbage;
        await http.SendAsync(isBroken ? json[..(json.Length / 2)] : json);
        await StreamedAnswer.BreakAsync(http, failure, clock);
    }
}
