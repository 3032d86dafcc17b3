using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;
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

    public static ResponsesModelClient Client(string baseUrl, ResponsesOptions? options = null) =>
        new(new ResponsesEndpoint(baseUrl, Key), options ?? Quick(), TimeProvider.System, NullLogger<ResponsesModelClient>.Instance);

    /// <summary>As in production, but for waits that a test can bear.</summary>
    public static ResponsesOptions Quick() => new()
    {
        RetryDelay = TimeSpan.FromMilliseconds(2),
        FirstByteTimeout = TimeSpan.FromSeconds(20),
        IdleTimeout = TimeSpan.FromSeconds(20),
    };

    public static PromptItem.ProviderItem AsPrompt(this ReadOnlyMemory<byte> item) => new(item);

    public static string Utf8(this ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
