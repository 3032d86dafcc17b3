using System.ClientModel.Primitives;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Steering;
using Orchestrator.Providers.Pacing;
using Polly;
using Polly.CircuitBreaker;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// The way to one model of an endpoint, which the requests of all runs share: they keep to its rate limits, and leave it alone for a while
/// where it fails all of them. What is held back was not sent, and is no attempt of its turn.
/// </summary>
internal sealed class ModelLine
{
    /// <summary>Failures within <see cref="Sampling"/> that break the line: more than the requests of one run's turn and compaction together.</summary>
    internal const int LeastFailures = 20;

    /// <summary>The share of failures that breaks the line: a turn whose last attempt succeeds stays below it.</summary>
    private const double BreakingShare = 0.9;

    private static readonly TimeSpan Sampling = TimeSpan.FromMinutes(1);

    /// <summary>How long a broken line stays so before one request tries it.</summary>
    internal static readonly TimeSpan BreakFor = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Shorter waits aren't told to people.</summary>
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(2);

    private readonly AskingOptions _options;
    private readonly TimeProvider _clock;
    private readonly RateGate _gate;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<Attempt> _breaker;

    public ModelLine(AskingOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _gate = new RateGate(clock);
        _breaker = new ResiliencePipelineBuilder<Attempt> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Attempt>
            {
                FailureRatio = BreakingShare,
                MinimumThroughput = LeastFailures,
                SamplingDuration = Sampling,
                BreakDuration = BreakFor,
                StateProvider = _state,
                ShouldHandle = static sent => ValueTask.FromResult(sent.Outcome switch
                {
                    { Exception: RunHeldException } => false,
                    { Exception: not null } => true,
                    { Result: Attempt.Failed { IsTransient: true, Failure: not ProviderFailure.RateLimited } } => true,
                    _ => false,
                }),
            })
            .Build();
    }

    /// <summary>Sends a request as soon as that may be.</summary>
    /// <param name="tokens">What the endpoint will count for it, as estimated.</param>
    /// <param name="tell">Told, in words for a person, of a wait that is worth it; null for nobody.</param>
    /// <param name="send">Sends it, and hands on the headers of its answer as soon as they are there.</param>
    public async Task<Attempt> SendAsync(
        long tokens,
        Func<string, CancellationToken, Task>? tell,
        Func<Action<PipelineResponseHeaders>, CancellationToken, Task<Attempt>> send,
        CancellationToken cancellationToken)
    {
        DateTimeOffset deadline = _clock.GetUtcNow() + _options.LongestWait;
        bool isTold = false;
        while (true)
        {
            TimeSpan? tooLong = await _gate.EnterAsync(
                tokens, Left(deadline), (wait, token) => TellAsync("its rate limit is reached", wait, token), cancellationToken);
            if (tooLong is { } wait)
            {
                return HeldBack(ProviderFailure.RateLimited, "the endpoint's rate limit is reached", wait);
            }

            try
            {
                return await _breaker.ExecuteAsync(async token => await SendOnceAsync(tokens, send, token), cancellationToken);
            }
            catch (BrokenCircuitException broken)
            {
                _gate.PutBack(tokens);
                TimeSpan left = broken.RetryAfter is { } after && after > LookAgain ? after : LookAgain;

                // Once a request tries the line, the wait may end at any moment.
                TimeSpan least = _state.CircuitState == CircuitState.HalfOpen ? LookAgain : left;
                if (least >= Left(deadline))
                {
                    return HeldBack(ProviderFailure.Overloaded, "the endpoint has failed nearly all requests of the last minute", left);
                }

                await TellAsync("it fails nearly all requests", left, cancellationToken);
            }

            await Task.Delay(LookAgain, _clock, cancellationToken);
        }

        async Task TellAsync(string why, TimeSpan wait, CancellationToken token)
        {
            if (tell is not null && !isTold && wait > WorthTelling)
            {
                isTold = true;
                await tell($"the model is asked in {wait.TotalSeconds:0.0} s: {why}", token);
            }
        }
    }

    private TimeSpan Left(DateTimeOffset deadline) => deadline - _clock.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    private async Task<Attempt> SendOnceAsync(
        long tokens, Func<Action<PipelineResponseHeaders>, CancellationToken, Task<Attempt>> send, CancellationToken cancellationToken)
    {
        bool isHeard = false;
        try
        {
            Attempt attempt = await send(
                headers =>
                {
                    isHeard = true;
                    _gate.Learn(tokens, RateHeaders.Read(headers, _clock));
                },
                cancellationToken);
            if (attempt is Attempt.Failed { Failure: ProviderFailure.RateLimited, IsTransient: true, RetryAfter: { } asked })
            {
                _gate.Hold(asked);
            }

            return attempt;
        }
        finally
        {
            if (!isHeard)
            {
                _gate.Learn(tokens, news: null);
            }
        }
    }

    private static Attempt.Failed HeldBack(ProviderFailure failure, string fact, TimeSpan wait) =>
        new(failure, IsTransient: true, fact) { RetryAfter = wait, IsHeldBack = true };
}
