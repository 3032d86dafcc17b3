using System.Text;

namespace Orchestrator.Providers.Tests.Messages;

/// <summary>Streams of events as endpoints of the Messages dialect send them.</summary>
internal static class MessagesEvents
{
    public const string Thought = """{"type":"thinking","thinking":"Let me see.","signature":"sig+/=="}""";
    public const string Text = """{"type":"text","text":"Grüße \uD83E\uDD8A","citations":[{"kind":"a"},{"kind":"b"}]}""";
    public const string Call = """{"type":"tool_use","id":"toolu_1","name":"bash","input":{"command":"ls -l","n":1.50},"caller":{"type":"direct"}}""";

    /// <summary>A whole answer with a thought, a text and a call, each in pieces.</summary>
    public static string WholeAnswer { get; } = string.Concat(
        Started,
        Event("ping", """{"type":"ping"}"""),
        Begin(0, """{"type":"thinking","thinking":"","signature":""}"""),
        Delta(0, """{"type":"thinking_delta","thinking":"Let me"}"""),
        Delta(0, """{"type":"thinking_delta","thinking":" see."}"""),
        Delta(0, """{"type":"signature_delta","signature":"sig+/=="}"""),
        End(0),
        Begin(1, """{"type":"text","text":""}"""),
        Delta(1, """{"type":"text_delta","text":"Grüße"}"""),
        Delta(1, """{"type":"citations_delta","citation":{"kind":"a"}}"""),
        Delta(1, """{"type":"text_delta","text":" 🦊"}"""),
        Delta(1, """{"type":"citations_delta","citation":{"kind":"b"}}"""),
        End(1),
        Event("something_new", """{"type":"something_new","x":[1]}"""),
        Begin(2, """{"type":"tool_use","id":"toolu_1","name":"bash","input":{},"caller":{"type":"direct"}}"""),
        Delta(2, """{"type":"input_json_delta","partial_json":""}"""),
        Delta(2, """{"type":"input_json_delta","partial_json":"{\"command\":\"ls"}"""),
        Delta(2, """{"type":"input_json_delta","partial_json":" -l\",\"n\":1.50}"}"""),
        End(2),
        Stopped("tool_use"));

    public static string Started => Event(
        "message_start",
        """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-7","content":[],"stop_reason":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":300,"cache_read_input_tokens":5000,"output_tokens":1,"service_tier":"standard"}}}""");

    public static string Begin(int index, string block) =>
        Event("content_block_start", $$"""{"type":"content_block_start","index":{{index}},"content_block":{{block}}}""");

    public static string Delta(int index, string delta) =>
        Event("content_block_delta", $$"""{"type":"content_block_delta","index":{{index}},"delta":{{delta}}}""");

    public static string End(int index) => Event("content_block_stop", $$"""{"type":"content_block_stop","index":{{index}}}""");

    public static string Stopped(string reason) =>
        Event("message_delta", $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{reason}}}","stop_sequence":null},"usage":{"output_tokens":42}}""")
        + Event("message_stop", """{"type":"message_stop"}""");

    public static string Failed(string type, string message) =>
        Event("error", $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"{{{message}}}"}}""");

    public static string Event(string type, string data) => $"event: {type}\ndata: {data}\n\n";

    public static byte[] Bytes(string events) => Encoding.UTF8.GetBytes(events);
}
