using System.ClientModel;
using System.ClientModel.Primitives;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Messages;

/// <summary>The way to an endpoint of the Messages dialect. The vendor's package takes no body as it stands, so a bare pipeline sends it.</summary>
internal sealed class MessagesConnection(Endpoint endpoint, PipelineTransport connections)
{
    // The one that every gateway knows; nothing that is used here came later.
    private const string DialectVersion = "2023-06-01";

    private readonly ClientPipeline _pipeline = ClientPipeline.Create(
        Connection.SendOnce(new ClientPipelineOptions(), connections), perCallPolicies: [endpoint.Key], perTryPolicies: [], beforeTransportPolicies: []);

    /// <summary>Where requests go. The vendor's own address is written without a version, those of other endpoints often with it.</summary>
    public static string AddressOf(Uri baseUrl, string path) =>
        $"{baseUrl.AbsoluteUri.TrimEnd('/')}{(baseUrl.AbsolutePath.EndsWith("/v1", StringComparison.Ordinal) ? "" : "/v1")}/{path}";

    public Task<ClientResult> AskAsync(BinaryContent body, RequestOptions options) => SendAsync("POST", "messages", body, options);

    public Task<ClientResult> DescribeAsync(string model, RequestOptions options) =>
        SendAsync("GET", $"models/{Uri.EscapeDataString(model)}", body: null, options);

    private async Task<ClientResult> SendAsync(string method, string path, BinaryContent? body, RequestOptions options)
    {
        using PipelineMessage message = _pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri = new Uri(AddressOf(endpoint.BaseUrl, path));
        message.Request.Headers.Set("anthropic-version", DialectVersion);
        if (body is not null)
        {
            message.Request.Headers.Set("Content-Type", "application/json");
            message.Request.Content = body;
            if (body is RequestBody { Preview: { } preview })
            {
                message.Request.Headers.Set("anthropic-beta", preview);
            }
        }

        message.Apply(options);
        await _pipeline.SendAsync(message);
        return ClientResult.FromResponse(message.ExtractResponse()!);
    }
}
