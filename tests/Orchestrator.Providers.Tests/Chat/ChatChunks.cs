namespace Orchestrator.Providers.Tests.Chat;

/// <summary>Streams of chunks as endpoints of Chat Completions send them.</summary>
internal static class ChatChunks
{
    /// <summary>The message that <see cref="WholeAnswer"/> is, in one piece.</summary>
    public const string Message = """{"role":"assistant","content":"Grüße \uD83E\uDD8A","reasoning_content":"Let me see.","tool_calls":[{"id":"call_1","type":"function","function":{"name":"bash","arguments":"{\"command\":\"ls -l\"}"},"extra_content":{"google":{"thought_signature":"sig+/=="}}},{"id":"call_2","type":"function","function":{"name":"bash","arguments":"{}"}}],"extra_content":{"google":{"thought":true}}}""";

    public const string Usage = """{"prompt_tokens":100,"completion_tokens":7,"total_tokens":110,"prompt_tokens_details":{"cached_tokens":40}}""";

    /// <summary>A whole answer with reasoning, text, two calls and members that nobody knows, in pieces.</summary>
    public static string WholeAnswer { get; } = string.Concat(
        ": a comment that keeps the connection alive\n\n",
        Chunk("""{"role":"assistant","content":""}"""),
        Chunk("""{"role":"assistant","reasoning_content":"Let me"}"""),
        Chunk("""{"reasoning_content":" see."}"""),
        Chunk("""{"content":"Grüße"}"""),
        Chunk("""{"content":" 🦊","tool_calls":null}"""),
        Chunk("""{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"bash","arguments":""},"extra_content":{"google":{"thought_signature":"sig+/=="}}}]}"""),
        Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"command\":"}}]}"""),
        Chunk("""{"tool_calls":[{"index":0,"id":"call_1","function":{"arguments":"\"ls -l\"}"}}]}"""),
        Chunk("""{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"bash","arguments":"{}"}}]}"""),
        Chunk("""{"extra_content":{"google":{"thought":true}}}"""),
        Finished("tool_calls"));

    public static string Chunk(string delta, string finish = "null") => Event(
        $$"""{"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gemini-3.1-pro","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}}],"usage":null}""");

    public static string Finished(string reason) => string.Concat(
        Chunk("{}", $"\"{reason}\""),
        Event($$"""{"id":"chatcmpl-1","model":"gemini-3.1-pro","service_tier":"default","choices":[],"usage":{{Usage}}}"""),
        "data: [DONE]\n\n");

    public static string Event(string data) => $"data: {data}\n\n";
}
