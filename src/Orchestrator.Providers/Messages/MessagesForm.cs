using System.ClientModel.Primitives;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Messages;

/// <summary>The Messages dialect: Anthropic's own, and that of gateways to its models.</summary>
internal sealed class MessagesForm : WireForm
{
    private MessagesForm()
    {
    }

    public static MessagesForm Instance { get; } = new();

    public override Dialect Dialect => Dialect.Messages;

    public override Connection Connect(Endpoint endpoint, PipelineTransport connections)
    {
        var messages = new MessagesConnection(endpoint, connections);
        return new Connection(messages.AskAsync, messages.DescribeAsync);
    }

    public override RequestBody Write(ModelRequest request, ModelCapabilities capabilities) => MessagesWriter.Write(request, capabilities);

    public override Task<Attempt> ReadEventsAsync(Stream body, Listener listener, CancellationToken cancellationToken) =>
        MessagesReader.ReadEventsAsync(body, cancellationToken);

    public override Attempt ReadWhole(JsonElement answer) => MessagesReader.ReadWhole(answer);

    public override ErrorMeaning? MeaningOf(string? code) => code switch
    {
        "request_too_large" => new(ProviderFailure.ContextTooLong, IsTransient: false),
        "authentication_error" or "permission_error" => new(ProviderFailure.Unauthorized, IsTransient: false),
        "billing_error" => new(ProviderFailure.QuotaSpent, IsTransient: false),
        "rate_limit_error" => new(ProviderFailure.RateLimited, IsTransient: true),
        "overloaded_error" or "api_error" or "timeout_error" => new(ProviderFailure.Overloaded, IsTransient: true),
        _ => null,
    };

    public override OutputItem Parse(ReadOnlyMemory<byte> item) => MessagesItem.Parse(item, isCut: false);
}
