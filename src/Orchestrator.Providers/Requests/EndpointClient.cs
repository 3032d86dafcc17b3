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

    private readonly Endpoint _endpoint;
    private readonly AskingOptions _options;
    private readonly ILogger<EndpointClient> _logger;
    private readonly Transport _transport;
    private readonly ResiliencePipeline<Attempt> _retries;

    public EndpointClient(
        Endpoint endpoint, WireForm form, AskingOptions options, TimeProvider clock, ILogger<EndpointClient> logger)
    {
        _endpoint = endpoint;
        Form = form;
        _options = options;
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
        RequireKey();
        using Activity? span = Telemetry.StartAsking(request.Model, _endpoint.BaseUrl.Host);
        RequestBody body = Form.Write(request, capabilities);
        int attempts = 0;
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Model, request.Model);
        context.Properties.Set(Spent, request.SpentAttempts);
        context.Properties.Set(Retrying, request.Retrying);
        try
        {
            Attempt last = await _retries.ExecuteAsync(
                async turn =>
                {
                    attempts++;
                    return await _transport.SendAsync(body, turn.CancellationToken);
                },
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
    }

    /// <summary>Finds out, without spending anything, whether the model could be asked now.</summary>
    /// <exception cref="ProviderException">It could not; the message says what to mend.</exception>
    public async Task CheckAsync(string model, CancellationToken cancellationToken)
    {
        RequireKey();
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

    private bool AsksForMore(Attempt.Failed failed) => failed.RetryAfter > _options.LongestWait;

    private void RequireKey()
    {
        if (_endpoint.Key.Fault is { } fault)
        {
            throw new ProviderException(
                ProviderFailure.Unauthorized,
                $"{_endpoint} cannot be asked: {_endpoint.Key.Variable} {fault}. Set it to a key, or choose scripted:FILE, which needs none.");
        }
    }

    private ProviderException Translate(Attempt.Failed failed, string tried, int attempts)
    {
        string sent = attempts > 1 ? $" {attempts} requests were sent." : "";
        string wait = failed.RetryAfter is { } asked ? $" The endpoint asks to wait {asked.TotalSeconds:0.#} s." : "";
        string message = $"{tried} failed: {ForeignText.Told(failed.Fact, _endpoint.Key)}.{sent}{wait} {Mend(failed.Failure)}";
        return new ProviderException(failed.Failure, message, failed.Cause)
        {
            Attempts = attempts,
            RetryAfter = failed.IsTransient && AsksForMore(failed) ? failed.RetryAfter : null,
        };
    }

    private string Mend(ProviderFailure failure) => failure switch
    {
        ProviderFailure.RateLimited => "Run the task again later, or raise the account's rate limit.",
        ProviderFailure.Overloaded => "Run the task again later; the provider's status page may say more.",
        ProviderFailure.Unreachable => $"Check the network and the endpoint's address ({_endpoint.AddressSetting}).",
        ProviderFailure.ContextTooLong => "Start the task again with a smaller compaction.at, so that the conversation is made shorter in time.",
        ProviderFailure.Unreadable => "Ask another model; this endpoint would be paid again for an answer that may be no better.",
        ProviderFailure.Refused => "Change what the task asks for; the same request would be refused again.",
        ProviderFailure.Unauthorized => _endpoint.Key.Variable is { } variable
            ? $"Set {variable} to a key that this endpoint accepts and whose account has quota."
            : "The endpoint wants a key: name its variable as keyEnv in providers.yaml.",
        ProviderFailure.Misconfigured => "Check the model and the endpoint's address; the same request would be refused again.",
    };
}
