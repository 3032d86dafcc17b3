using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Models;
using Polly;
using Polly.Retry;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// Asks models of one endpoint, in its dialect. It alone repeats requests: everything below sends once, nothing above asks again for
/// the sake of the network.
/// </summary>
internal sealed class EndpointClient : IDisposable
{
    private static readonly ResiliencePropertyKey<string> Model = new("model");
    private static readonly ResiliencePropertyKey<int> Spent = new("attempts spent earlier");
    private static readonly ResiliencePropertyKey<Func<string, CancellationToken, Task>?> Retrying = new("told of retries");

    /// <summary>Bytes of a request that make a token, as endpoints estimate when they let a request in.</summary>
    private const int BytesPerToken = 4;

    private readonly Endpoint _endpoint;
    private readonly AskingOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<EndpointClient> _logger;
    private readonly Transport _transport;
    private readonly ResiliencePipeline<Attempt> _retries;
    private readonly ConcurrentDictionary<string, ModelLine> _lines = [];

    public EndpointClient(
        Endpoint endpoint, WireForm form, AskingOptions options, TimeProvider clock, ILogger<EndpointClient> logger)
    {
        _endpoint = endpoint;
        Form = form;
        _options = options;
        _clock = clock;
        _logger = logger;
        _transport = new Transport(endpoint, form, options, clock);
        _retries = BuildRetries(clock);
    }

    /// <summary>The endpoint's dialect.</summary>
    public WireForm Form { get; }

    /// <summary>Asks once and returns the whole answer.</summary>
    /// <param name="request">The request; its model is named as the endpoint names it, and its provider items are all of the endpoint's dialect.</param>
    /// <param name="capabilities">What the model takes.</param>
    /// <exception cref="ProviderException">The answer could not be had.</exception>
    public async Task<ModelReply> AskAsync(ModelRequest request, ModelCapabilities capabilities, CancellationToken cancellationToken)
    {
        bool isUnderway = request.Background is { ResponseId: not null };
        RequireKey(isUnderway);
        if (request.SpentAttempts >= _options.Attempts && !isUnderway)
        {
            throw new ProviderException(
                ProviderFailure.Overloaded, $"The answers of {request.Model} at {_endpoint} were lost {request.SpentAttempts} times. {Mend(ProviderFailure.Overloaded)}");
        }

        using Activity? span = Telemetry.StartAsking(request.Model, _endpoint.BaseUrl.Host);
        RequestBody body = Form.Write(request, capabilities);

        // An answer that is taken up was asked for before.
        int attempts = isUnderway ? 1 : 0;
        ModelLine line = _lines.GetOrAdd(request.Model, _ => new ModelLine(_options, _clock));
        long tokens = Math.Max(body.Length / BytesPerToken, request.MaxOutputTokens);
        BackgroundAnswer? background = request.Background is { } terms ? new BackgroundAnswer(terms, _transport, _options, _clock) : null;
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Model, request.Model);
        context.Properties.Set(Spent, request.SpentAttempts);
        context.Properties.Set(Retrying, request.Retrying);
        try
        {
            Attempt last = await _retries.ExecuteAsync(
                async turn => background is null
                    ? await SendAsync(heard => new Listener(heard), turn.CancellationToken)
                    : await background.FollowAsync(listener => SendAsync(listener, turn.CancellationToken), turn.CancellationToken),
                context);

            switch (last)
            {
                case Attempt.Answered answered:
                    if (attempts == 1)
                    {
                        // Nothing sends it any more; of requests that failed that isn't certain.
                        body.Release();
                    }

                    return Telemetry.Record(span, answered.Reply with { Attempts = attempts });
                case Attempt.Underway:
                    throw Underway(request.Model, attempts);
                case Attempt.Failed failed:
                    // A connection that is cut by the cancellation itself is no failure of the provider.
                    cancellationToken.ThrowIfCancellationRequested();
                    throw Telemetry.Record(span, Translate(failed, $"Asking {request.Model} at {_endpoint}", attempts));
                default:
                    throw new UnreachableException();
            }
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        Task<Attempt> SendAsync(Func<Action<PipelineResponseHeaders>, Listener> listener, CancellationToken token) => line.SendAsync(
            tokens,
            request.Waiting,
            async (heard, sending) =>
            {
                if (request.Sending is { } ask)
                {
                    await ask(sending);
                }

                attempts++;
                return await _transport.SendAsync(body, listener(heard), sending);
            },
            token);
    }

    /// <summary>Has the endpoint stop its work on an answer in the background, if it can be reached.</summary>
    public async Task CancelAsync(string responseId, CancellationToken cancellationToken)
    {
        if (_endpoint.Key.Fault is null && await _transport.CancelAsync(responseId, cancellationToken) is { } failed)
        {
            _logger.CancelFailed(responseId, ForeignText.Told(failed.Fact, _endpoint.Key));
        }
    }

    /// <summary>Finds out, without spending anything, whether the model could be asked now.</summary>
    /// <exception cref="ProviderException">It could not; the message says what to mend.</exception>
    public async Task CheckAsync(string model, CancellationToken cancellationToken)
    {
        RequireKey(isUnderway: false);
        if (await _transport.CheckAsync(model, cancellationToken) is { } failed)
        {
            throw Translate(failed, $"Looking up {model} at {_endpoint}", attempts: 0);
        }
    }

    public void Dispose() => _transport.Dispose();

    private ResiliencePipeline<Attempt> BuildRetries(TimeProvider clock)
    {
        ResiliencePipelineBuilder<Attempt> builder = new() { TimeProvider = clock };
        if (_options.Attempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<Attempt>
            {
                MaxRetryAttempts = _options.Attempts - 1,
                ShouldHandle = retry => ValueTask.FromResult(
                    retry.Outcome.Result is Attempt.Failed failed && MayRepeat(failed)
                    && retry.Context.Properties.GetValue(Spent, 0) + retry.AttemptNumber + 1 < _options.Attempts),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = _options.RetryDelay,
                MaxDelay = _options.LongestWait,
                DelayGenerator = static retry => ValueTask.FromResult((retry.Outcome.Result as Attempt.Failed)?.RetryAfter),
                OnRetry = TellAsync,
            });
        }

        return builder.Build();
    }

    private async ValueTask TellAsync(OnRetryArguments<Attempt> retry)
    {
        string fact = ForeignText.Told(((Attempt.Failed)retry.Outcome.Result!).Fact, _endpoint.Key);
        string model = retry.Context.Properties.GetValue(Model, "");
        int sent = retry.Context.Properties.GetValue(Spent, 0) + retry.AttemptNumber + 1;
        _logger.RequestFailed(sent, _options.Attempts, model, fact, retry.RetryDelay);
        if (retry.Context.Properties.GetValue(Retrying, null) is { } tell)
        {
            await tell(
                $"{fact}; request {sent + 1} of {_options.Attempts} in {retry.RetryDelay.TotalSeconds:0.0} s", retry.Context.CancellationToken);
        }
    }

    // A longer wait is not slept through here, with an activity and its worker held: whoever asked can wait durably.
    private bool MayRepeat(Attempt.Failed failed) => failed.IsTransient && !AsksForMore(failed);

    private bool AsksForMore(Attempt.Failed failed) => failed.IsHeldBack || failed.RetryAfter > _options.LongestWait;

    private void RequireKey(bool isUnderway)
    {
        if (_endpoint.Key.Fault is { } fault)
        {
            throw new ProviderException(
                ProviderFailure.Unauthorized,
                $"{_endpoint} cannot be asked: {_endpoint.Key.Variable} {fault}. Set it to a key, or choose scripted:FILE, which needs none.")
            {
                IsAnswerUnderway = isUnderway,
            };
        }
    }

    private ProviderException Underway(string model, int attempts) =>
        new(ProviderFailure.Underway, $"{model} at {_endpoint} still works on its answer. {Mend(ProviderFailure.Underway)}")
        {
            Attempts = attempts,
            RetryAfter = BackgroundAnswer.LookAgain,
        };

    private ProviderException Translate(Attempt.Failed failed, string tried, int attempts)
    {
        string sent = attempts > 1 ? $" {attempts} requests were sent." : "";
        string wait = failed.RetryAfter is not { } asked ? ""
            : failed.IsHeldBack ? $" It is to be left alone for {asked.TotalSeconds:0.#} s."
            : $" The endpoint asks to wait {asked.TotalSeconds:0.#} s.";
        string message = $"{tried} failed: {ForeignText.Told(failed.Fact, _endpoint.Key)}.{sent}{wait} {Mend(failed.Failure)}";
        return new ProviderException(failed.Failure, message, failed.Cause)
        {
            Attempts = attempts,
            WasHeldBack = failed.IsHeldBack,
            IsAnswerLost = failed.IsGone,
            IsAnswerUnderway = failed.IsLookAlone,
            RetryAfter = failed.IsGone ? BackgroundAnswer.LookAgain : failed.IsTransient && AsksForMore(failed) ? failed.RetryAfter : null,
        };
    }

    private string Mend(ProviderFailure failure) => failure switch
    {
        ProviderFailure.RateLimited => "Run the task again later, or raise the account's rate limit.",
        ProviderFailure.Overloaded => "Run the task again later; the provider's status page may say more.",
        ProviderFailure.Underway => "Take the run up again: the answer is fetched, and not asked for again.",
        ProviderFailure.Unreachable => $"Check the network and the endpoint's address ({_endpoint.AddressSetting}).",
        ProviderFailure.ContextTooLong => "Start the task again with a smaller compaction.at, so that the conversation is made shorter in time.",
        ProviderFailure.Unreadable => "Ask another model; this endpoint would be paid again for an answer that may be no better.",
        ProviderFailure.Refused => "Change what the task asks for; the same request would be refused again.",
        ProviderFailure.Unauthorized => _endpoint.Key.Variable is { } variable
            ? $"Set {variable} to a key that this endpoint accepts."
            : "The endpoint wants a key: name its variable as keyEnv in providers.yaml.",
        ProviderFailure.QuotaSpent => "Raise the quota or the credit of the account that the key belongs to, then take the run up again.",
        ProviderFailure.NotFound => $"Check the model's name and the endpoint's address ({_endpoint.AddressSetting}).",
        ProviderFailure.Misconfigured => "Check what the task and providers.yaml say of the model; the same request would be refused again.",
    };
}
