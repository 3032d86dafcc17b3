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

    // The version that every gateway knows; nothing that is used here came later.
    public override IReadOnlyList<KeyValuePair<string, string>> Headers { get; } = [new("anthropic-version", "2023-06-01")];

    public override string AskPath(Uri baseUrl) => $"{Version(baseUrl)}/messages";

    public override string ModelPath(Uri baseUrl, string model) => $"{Version(baseUrl)}/models/{model}";

    public override RequestBody Write(ModelRequest request, ModelCapabilities capabilities) => MessagesWriter.Write(request, capabilities);

    public override Task<Attempt> ReadEventsAsync(Stream body, CancellationToken cancellationToken) =>
        MessagesReader.ReadEventsAsync(body, cancellationToken);

    public override Attempt ReadWhole(JsonElement answer) => MessagesReader.ReadWhole(answer);

    public override ErrorMeaning? MeaningOf(EndpointError error) => error.Code switch
    {
        // It has no code of its own.
        "invalid_request_error" when error.Message.StartsWith("prompt is too long", StringComparison.OrdinalIgnoreCase) =>
            new(ProviderFailure.ContextTooLong, IsTransient: false),
        "request_too_large" => new(ProviderFailure.ContextTooLong, IsTransient: false),
        "authentication_error" or "permission_error" or "billing_error" => new(ProviderFailure.Unauthorized, IsTransient: false),
        "rate_limit_error" => new(ProviderFailure.RateLimited, IsTransient: true),
        "overloaded_error" or "api_error" or "timeout_error" => new(ProviderFailure.Overloaded, IsTransient: true),
        _ => null,
    };

    public override OutputItem Parse(ReadOnlyMemory<byte> item) => MessagesItem.Parse(item, isCut: false);

    // The vendor's own address is written without a version, those of other endpoints often with it.
    private static string Version(Uri baseUrl) => baseUrl.AbsolutePath.EndsWith("/v1", StringComparison.Ordinal) ? "" : "/v1";
}
