using System.Text.Json;
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

    public override string AskPath(Uri baseUrl) => "/chat/completions";

    public override string ModelPath(Uri baseUrl, string model) => $"/models/{model}";

    public override RequestBody Write(ModelRequest request, ModelCapabilities capabilities) => ChatWriter.Write(request, capabilities);

    public override Task<Attempt> ReadEventsAsync(Stream body, CancellationToken cancellationToken) =>
        ChatReader.ReadEventsAsync(body, cancellationToken);

    public override Attempt ReadWhole(JsonElement answer) => ChatReader.ReadWhole(answer);

    public override ErrorMeaning? MeaningOf(EndpointError error) => OpenAIErrors.MeaningOf(error.Code)

        // vLLM has no code for it.
        ?? (error.Message.StartsWith("This model's maximum context length is", StringComparison.Ordinal)
            ? new ErrorMeaning(ProviderFailure.ContextTooLong, IsTransient: false)
            : null);

    public override OutputItem Parse(ReadOnlyMemory<byte> item) => ChatItem.Parse(item);
}
