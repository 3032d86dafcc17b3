using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers;

/// <summary>The project's spans and metrics, named as is usual for generative models. Prompts and answers are never in them.</summary>
internal static class Telemetry
{
    private const string Name = "Orchestrator.Providers";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<long> Tokens = Meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}");
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("orchestrator.providers.requests", "{request}");

    public static Activity? StartAsking(string model, string host)
    {
        Activity? span = Source.StartActivity($"chat {model}", ActivityKind.Client);
        span?.SetTag("gen_ai.operation.name", "chat");
        span?.SetTag("gen_ai.request.model", model);
        span?.SetTag("server.address", host);
        return span;
    }

    public static ModelReply Record(Activity? span, ModelReply reply)
    {
        KeyValuePair<string, object?> model = new("gen_ai.response.model", reply.Model);
        Tokens.Record(reply.Usage.InputTokens, model, new("gen_ai.token.type", "input"));
        Tokens.Record(reply.Usage.OutputTokens, model, new("gen_ai.token.type", "output"));
        Requests.Add(reply.Attempts, model);
        span?.SetTag("gen_ai.response.model", reply.Model);
        span?.SetTag("gen_ai.response.id", reply.ResponseId);
        span?.SetTag("gen_ai.usage.input_tokens", reply.Usage.InputTokens);
        span?.SetTag("gen_ai.usage.output_tokens", reply.Usage.OutputTokens);
        return reply;
    }

    public static ProviderException Record(Activity? span, ProviderException exception)
    {
        Requests.Add(exception.Attempts, new KeyValuePair<string, object?>("error.type", exception.Failure.ToString()));
        span?.SetTag("error.type", exception.Failure.ToString());
        span?.SetStatus(ActivityStatusCode.Error);
        return exception;
    }
}
