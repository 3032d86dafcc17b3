#pragma warning disable OPENAI001 // The package calls its methods for raw content experimental; its version is pinned.
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Chat;

/// <summary>Chat Completions, as Gemini's compatible endpoint, vLLM, LiteLLM, Azure and many others serve them.</summary>
internal sealed class ChatForm : WireForm
{
    private ChatForm()
    {
    }

    public static ChatForm Instance { get; } = new();

    public override Dialect Dialect => Dialect.Chat;

    // The client's model is for its typed requests; ours names its own.
    public override Connection Connect(Endpoint endpoint, PipelineTransport connections) => new(
        new ChatClient(
            model: "-", endpoint.Key, Connection.SendOnce(new OpenAIClientOptions { Endpoint = endpoint.BaseUrl }, connections)).CompleteChatAsync,
        OpenAIModels.Connect(endpoint, connections).GetModelAsync);

    public override RequestBody Write(ModelRequest request, ModelCapabilities capabilities) => ChatWriter.Write(request, capabilities);

    public override Task<Attempt> ReadEventsAsync(Stream body, Listener listener, CancellationToken cancellationToken) =>
        ChatReader.ReadEventsAsync(body, cancellationToken);

    public override Attempt ReadWhole(JsonElement answer) => ChatReader.ReadWhole(answer);

    public override ErrorMeaning? MeaningOf(string? code) => OpenAIErrors.MeaningOf(code);

    public override OutputItem Parse(ReadOnlyMemory<byte> item) => ChatItem.Parse(item);
}
