using System.Text;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Tests.Chat;
using Orchestrator.Providers.Tests.Messages;

namespace Orchestrator.Providers.Tests.Faults;

/// <summary>The events in which an endpoint of some dialect streams an answer.</summary>
/// <param name="Dialect">The dialect.</param>
/// <param name="Events">The events, in order.</param>
internal sealed record AnswerStream(Dialect Dialect, IReadOnlyList<AnswerEvent> Events)
{
    public byte[] Bytes => BytesOf(Events);

    /// <summary>A stream that is closed before it has sent so many bytes is no answer: what says that it is whole is its last event, in Chat the one with the reason, two before.</summary>
    public int BytesToTheEnd => BytesOf(Dialect == Dialect.Chat ? Events.SkipLast(2) : Events).Length;

    public static AnswerStream Of(Dialect dialect, DrawnAnswer answer, Random random) => new(
        dialect,
        [
            .. dialect switch
            {
                Dialect.Responses => Responses(answer, random),
                Dialect.Messages => Messages(answer, random),
                Dialect.Chat => Chat(answer, random),
            },
        ]);

    private static IEnumerable<AnswerEvent> Responses(DrawnAnswer answer, Random random)
    {
        string status = answer.IsCut ? "incomplete" : "completed";
        List<string> items = [];
        if (answer.HasThought)
        {
            items.Add($$"""{"id":"rs_{{answer.Id}}","type":"reasoning","summary":[],"encrypted_content":"+/=="}""");
        }

        items.Add($$"""{"id":"msg_{{answer.Id}}", "type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","annotations":[],"text":{{DrawnAnswer.Json(answer.Text)}}}]}""");
        foreach (RequestedCall call in answer.Calls)
        {
            string ended = call == answer.Calls[^1] ? status : "completed";
            items.Add($$"""{"id":"fc_{{call.CallId}}","type":"function_call","status":"{{ended}}","call_id":"{{call.CallId}}","name":"{{call.Tool}}","arguments":{{DrawnAnswer.Json(call.Arguments)}}}""");
        }

        yield return new(Named("response.created", """{"type":"response.created","response":{"status":"in_progress"}}"""));
        for (int index = 0; index < items.Count; index++)
        {
            foreach (string piece in Pieces(answer.Text, random))
            {
                yield return new(Named("response.output_text.delta", $$"""{"type":"response.output_text.delta","output_index":{{index}},"delta":{{DrawnAnswer.Json(piece)}}}"""));
            }

            yield return new(Tests.Responses.Events.Done(index, items[index]));
        }

        yield return new(Tests.Responses.Events.Ended(status, answer.IsCut ? "max_output_tokens" : null, [.. items]));
    }

    private static IEnumerable<AnswerEvent> Messages(DrawnAnswer answer, Random random)
    {
        int index = 0;
        yield return new(MessagesEvents.Started);
        if (answer.HasThought)
        {
            yield return new(MessagesEvents.Begin(index, """{"type":"thinking","thinking":"","signature":""}"""));
            yield return new(MessagesEvents.Delta(index, """{"type":"thinking_delta","thinking":"Hm."}"""), IsPiece: true);
            yield return new(MessagesEvents.Delta(index, $$"""{"type":"signature_delta","signature":"{{answer.Id}}+/=="}"""), IsPiece: true);
            yield return new(MessagesEvents.End(index++));
        }

        yield return new(MessagesEvents.Begin(index, """{"type":"text","text":""}"""));
        foreach (string piece in Pieces(answer.Text, random))
        {
            yield return new(MessagesEvents.Delta(index, $$"""{"type":"text_delta","text":{{DrawnAnswer.Json(piece)}}}"""), IsPiece: true);
        }

        yield return new(MessagesEvents.End(index++));
        foreach (RequestedCall call in answer.Calls)
        {
            yield return new(MessagesEvents.Event("ping", """{"type":"ping"}"""));
            yield return new(MessagesEvents.Begin(index, $$$"""{"type":"tool_use","id":"{{{call.CallId}}}","name":"{{{call.Tool}}}","input":{}}"""));
            foreach (string piece in Pieces(call.Arguments, random))
            {
                yield return new(MessagesEvents.Delta(index, $$"""{"type":"input_json_delta","partial_json":{{DrawnAnswer.Json(piece)}}}"""), IsPiece: true);
            }

            yield return new(MessagesEvents.End(index++));
        }

        string[] end = MessagesEvents.Stopped(answer.IsCut ? "max_tokens" : answer.Calls.Count > 0 ? "tool_use" : "end_turn").Split("\n\n");
        yield return new(end[0] + "\n\n");
        yield return new(end[1] + "\n\n");
    }

    private static IEnumerable<AnswerEvent> Chat(DrawnAnswer answer, Random random)
    {
        yield return new(ChatChunks.Chunk("""{"role":"assistant","content":""}"""));
        if (answer.HasThought)
        {
            yield return new(ChatChunks.Chunk($$"""{"reasoning_content":"{{answer.Id}}"}"""), IsPiece: true);
        }

        foreach (string piece in Pieces(answer.Text, random))
        {
            yield return new(ChatChunks.Chunk($$"""{"content":{{DrawnAnswer.Json(piece)}}}"""), IsPiece: true);
        }

        for (int index = 0; index < answer.Calls.Count; index++)
        {
            RequestedCall call = answer.Calls[index];
            yield return new(ChatChunks.Chunk(
                $$$"""{"tool_calls":[{"index":{{{index}}},"id":"{{{call.CallId}}}","type":"function","function":{"name":"{{{call.Tool}}}","arguments":""}}]}"""));
            foreach (string piece in Pieces(call.Arguments, random))
            {
                yield return new(
                    ChatChunks.Chunk($$$"""{"tool_calls":[{"index":{{{index}}},"function":{"arguments":{{{DrawnAnswer.Json(piece)}}}}}]}"""), IsPiece: true);
            }
        }

        string[] end = ChatChunks.Finished(answer.IsCut ? "length" : answer.Calls.Count > 0 ? "tool_calls" : "stop").Split("\n\n");
        yield return new(end[0] + "\n\n");
        yield return new(end[1] + "\n\n");
        yield return new(end[2] + "\n\n");
    }

    private static byte[] BytesOf(IEnumerable<AnswerEvent> events) => Encoding.UTF8.GetBytes(string.Concat(events.Select(one => one.Text)));

    private static string Named(string type, string data) => Tests.Responses.Events.Event(type, data);

    /// <summary>A text in up to four pieces; no letter is torn.</summary>
    private static IEnumerable<string> Pieces(string text, Random random)
    {
        Rune[] letters = [.. text.EnumerateRunes()];
        int[] cuts = [0, .. Enumerable.Range(0, 3).Select(_ => random.Next(letters.Length + 1)).Order(), letters.Length];
        return cuts.Zip(cuts.Skip(1)).Select(cut => string.Concat(letters[cut.First..cut.Second].Select(letter => letter.ToString()))).Where(piece => piece.Length > 0);
    }
}

/// <summary>One event of a stream.</summary>
/// <param name="Text">As it is sent, with the empty line behind it.</param>
/// <param name="IsPiece">It is a piece of a text and bears no number: sent twice, it is no different from a text that says so twice.</param>
internal sealed record AnswerEvent(string Text, bool IsPiece = false);
