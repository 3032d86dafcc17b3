using System.Text;

namespace Orchestrator.Providers.Tests.Responses;

/// <summary>Streams of events as endpoints send them.</summary>
internal static class Events
{
    public const string Thought = """{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"abc="}""";
    public const string Message = """{"id":"msg_1", "type":"message","role":"assistant","status":"completed","phase":"commentary","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"Grüße 🦊"}]}""";
    public const string Call = """{"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"bash","arguments":"{\"command\":\"ls\"}"}""";
    public const string HalfCall = """{"id":"fc_1","type":"function_call","status":"incomplete","call_id":"call_1","name":"bash","arguments":"{\"comm"}""";
    public const string Usage = """{"input_tokens":100,"input_tokens_details":{"cached_tokens":40,"cache_write_tokens":0},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":107}""";

    public static string Done(int index, string item) =>
        Event("response.output_item.done", $$"""{"type":"response.output_item.done","output_index":{{index}},"item":{{item}},"sequence_number":9}""");

    public static string Completed(params string[] items) => Ended("completed", null, items);

    public static string Ended(string status, string? reason, params string[] items)
    {
        string details = reason is null ? "null" : $$"""{"reason":"{{reason}}"}""";
        return Event(
            $"response.{status}",
            $$"""{"type":"response.{{status}}","response":{"id":"resp_1","object":"response","status":"{{status}}","model":"gpt-5.5-2026-04-23","service_tier":"default","incomplete_details":{{details}},"error":null,"output":[{{string.Join(",", items)}}],"usage":{{Usage}}},"sequence_number":10}""");
    }

    public static string Failed(string code) => Event(
        "response.failed",
        $$$"""{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"{{{code}}}","message":"No luck."},"output":[]}}""");

    public static string Event(string type, string data) => $"event: {type}\ndata: {data}\n\n";

    /// <summary>A whole answer with a thought, a message and a call.</summary>
    public static string WholeAnswer { get; } = string.Concat(
        Event("response.created", """{"type":"response.created","response":{"id":"resp_1","status":"in_progress"}}"""),
        ": a comment that keeps the connection alive\n\n",
        Done(0, Thought),
        Event("response.output_text.delta", """{"type":"response.output_text.delta","delta":"Grü"}"""),
        Done(1, Message),
        Event("response.something.new", """{"type":"response.something.new","x":[1,2]}"""),
        Done(2, Call),
        Completed(Thought, Message, Call),
        "data: [DONE]\n\n");

    public static byte[] Bytes(string events) => Encoding.UTF8.GetBytes(events);
}
