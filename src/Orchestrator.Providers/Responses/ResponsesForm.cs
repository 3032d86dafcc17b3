#pragma warning disable OPENAI001 // The package calls its methods for raw content experimental; its version is pinned.
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI.Responses;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>The Responses dialect: OpenAI's own, and that of gateways that have it.</summary>
internal sealed class ResponsesForm : WireForm
{
    private ResponsesForm()
    {
    }

    /// <summary>What a request asks to be included, a look has to ask for as well.</summary>
    private static IEnumerable<IncludedResponseProperty> Included { get; } = [IncludedResponseProperty.ReasoningEncryptedContent];

    public static ResponsesForm Instance { get; } = new();

    public override Dialect Dialect => Dialect.Responses;

    public override Connection Connect(Endpoint endpoint, PipelineTransport connections)
    {
        ResponsesClient client = new(endpoint.Key, Connection.SendOnce(new ResponsesClientOptions { Endpoint = endpoint.BaseUrl }, connections));
        return new Connection(client.CreateResponseAsync, OpenAIModels.Connect(endpoint, connections).GetModelAsync)
        {
            LookAsync = (id, options) => client.GetResponseAsync(id, Included, stream: null, startingAfter: null, includeObfuscation: null, options),
            CancelAsync = client.CancelResponseAsync,
        };
    }

    public override RequestBody Write(ModelRequest request, ModelCapabilities capabilities) => RequestWriter.Write(request, capabilities);

    public override Task<Attempt> ReadEventsAsync(Stream body, Listener listener, CancellationToken cancellationToken) =>
        AnswerReader.ReadEventsAsync(body, listener, cancellationToken);

    public override Attempt ReadWhole(JsonElement answer) => EndedResponse.Read(answer, status: null, streamed: []);

    public override string? UnderwayIn(JsonElement answer) => answer.Text("status") is "queued" or "in_progress" ? answer.Text("id") : null;

    public override ErrorMeaning? MeaningOf(string? code) => OpenAIErrors.MeaningOf(code);

    public override OutputItem Parse(ReadOnlyMemory<byte> item) => ResponsesItem.Parse(item, isCut: false);
}
