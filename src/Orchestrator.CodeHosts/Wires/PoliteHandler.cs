using System.Globalization;
using System.Net;
using Polly;
using Polly.Retry;

namespace Orchestrator.CodeHosts.Wires;

/// <summary>
/// Repeats what a code host puts off for some seconds, as late as it asks for, and what it could not answer. What it puts off for longer is left to whoever
/// can wait without holding anything.
/// </summary>
internal sealed class PoliteHandler(TimeProvider time) : DelegatingHandler
{
    private const int Repetitions = 4;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = Repetitions,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromSeconds(1),
            ShouldHandle = attempt => ValueTask.FromResult(MayPass(attempt.Outcome, time)),
            DelayGenerator = attempt => ValueTask.FromResult(attempt.Outcome.Result is { } response ? WaitOf(response, time) : null),
        })
        .Build();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(async token => await base.SendAsync(request, token), cancellationToken);

    /// <summary>How long the host asks to be left alone; null if it doesn't.</summary>
    public static TimeSpan? WaitOf(HttpResponseMessage response, TimeProvider time)
    {
        if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests))
        {
            return null;
        }

        if (response.Headers.RetryAfter?.Delta is { } wait)
        {
            return wait;
        }

        bool isSpent = response.Headers.TryGetValues("x-ratelimit-remaining", out IEnumerable<string>? left) && left.First() == "0";
        return isSpent && response.Headers.TryGetValues("x-ratelimit-reset", out IEnumerable<string>? reset) && long.TryParse(reset.First(), CultureInfo.InvariantCulture, out long at)
            ? DateTimeOffset.FromUnixTimeSeconds(at) - time.GetUtcNow() is var until && until > TimeSpan.Zero ? until : TimeSpan.FromSeconds(1)
            : null;
    }

    /// <summary>What the host may have done is not repeated here, but by who looks first.</summary>
    private static bool MayPass(Outcome<HttpResponseMessage> outcome, TimeProvider time) => outcome switch
    {
        { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } } => true,
        { Result: { } response } when WaitOf(response, time) is { } wait => wait <= LongestWait,
        { Result: { StatusCode: HttpStatusCode.TooManyRequests } } => true,
        { Result: { StatusCode: HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout } response } =>
            response.RequestMessage?.Method == HttpMethod.Get,
        _ => false,
    };
}
