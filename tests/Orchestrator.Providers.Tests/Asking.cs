using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Responses;

namespace Orchestrator.Providers.Tests;

/// <summary>What most tests ask, and of whom.</summary>
internal static class Asking
{
    public const string Key = "sk-test-1234567890";

    public static ToolDefinition Bash { get; } = new(
        "bash", "Runs a command.", """{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}""", EffectClass.Contained);

    public static ModelRequest Request(params PromptItem[] prompt) => new()
    {
        Model = "gpt-5.5",
        Prompt = prompt.Length > 0 ? prompt : [new PromptItem.Instructions("Be brief."), new PromptItem.UserMessage("Say hello.")],
        Tools = [Bash],
        CacheKey = "run-1",
    };

    public static Origin Own { get; } = new(Dialect.Responses, "gpt-5.5");

    public static EndpointClient Client(string baseUrl, AskingOptions? options = null) => Client(baseUrl, ResponsesForm.Instance, "Authorization", options);

    public static EndpointClient Client(string baseUrl, WireForm form, string keyHeader, AskingOptions? options = null) => new(
        new Endpoint(baseUrl, new EndpointKey("TEST_API_KEY", Key, keyHeader)) { AddressSetting = "TEST_BASE_URL" },
        form,
        options ?? Quick(),
        TimeProvider.System,
        NullLogger<EndpointClient>.Instance);

    public static Task<ModelReply> AskAsync(this EndpointClient client, ModelRequest request, CancellationToken cancellationToken) =>
        client.AskAsync(request, ModelCapabilities.Default, cancellationToken);

    /// <summary>As in production, but for waits that a test can bear.</summary>
    public static AskingOptions Quick() => new()
    {
        RetryDelay = TimeSpan.FromMilliseconds(2),
        FirstByteTimeout = TimeSpan.FromSeconds(20),
        IdleTimeout = TimeSpan.FromSeconds(20),
    };

    public static PromptItem.ProviderItem AsPrompt(this ReadOnlyMemory<byte> item) => new(item, Own);

    public static PromptItem.ProviderItem Item(string json) => new(Encoding.UTF8.GetBytes(json), Own);

    public static async Task<byte[]> BytesAsync(this RequestBody body)
    {
        using MemoryStream stream = new();
        await body.WriteToAsync(stream, CancellationToken.None);
        return stream.ToArray();
    }

    public static string Utf8(this ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
