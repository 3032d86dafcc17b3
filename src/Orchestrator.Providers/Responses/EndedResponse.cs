using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>Reads a response that has ended.</summary>
internal static class EndedResponse
{
    /// <param name="response">The response object.</param>
    /// <param name="status">What is known of its end if the object itself doesn't say.</param>
    /// <param name="streamed">
    /// The items that came as events. They count, unless the object lists more: some endpoints send items only with the end, others
    /// leave the list at the end empty.
    /// </param>
    /// <exception cref="JsonException">The response breaks the dialect.</exception>
    public static Attempt Read(JsonElement response, string? status, IReadOnlyList<ReadOnlyMemory<byte>> streamed) =>
        (response.Text("status") ?? status) switch
        {
            _ when response.ValueKind != JsonValueKind.Object => throw new JsonException("its last event carries no response"),
            "completed" => Answered(response, streamed, ReplyEnd.Completed),
            "incomplete" => Answered(response, streamed, EndOf(response)),
            "failed" => EndpointError.From(response.Member("error") ?? default).AsFailure(ResponsesForm.Instance),
            string other => throw new JsonException($"the answer ended with the status \"{other}\""),
            null when response.Member("error") is { ValueKind: JsonValueKind.Object } error => EndpointError.From(error).AsFailure(ResponsesForm.Instance),
            null => throw new JsonException("the answer has no status"),
        };

    private static ReplyEnd EndOf(JsonElement response) =>
        response.Member("incomplete_details")?.Text("reason") == "content_filter" ? ReplyEnd.Refused : ReplyEnd.MaxOutputTokens;

    private static Attempt Answered(JsonElement response, IReadOnlyList<ReadOnlyMemory<byte>> streamed, ReplyEnd end)
    {
        List<ReadOnlyMemory<byte>> listed =
            [.. response.Elements("output").Select(item => (ReadOnlyMemory<byte>)JsonMarshal.GetRawUtf8Value(item).ToArray())];
        return Answer.Of(
            response.Text("id"),
            response.Text("model"),
            response.Text("service_tier"),
            end,
            ReadUsage(response),
            Items(listed.Count > streamed.Count ? listed : streamed, isCut: end != ReplyEnd.Completed));
    }

    private static IEnumerable<OutputItem> Items(IReadOnlyList<ReadOnlyMemory<byte>> items, bool isCut) =>
        items.Select((item, index) => ResponsesItem.Parse(item, isCut && index == items.Count - 1));

    private static TokenUsage? ReadUsage(JsonElement response)
    {
        if (response.Member("usage") is not { } usage
            || usage.Number("input_tokens") is not { } input
            || usage.Number("output_tokens") is not { } output)
        {
            return null;
        }

        JsonElement? details = usage.Member("input_tokens_details");
        return TokenUsage.Within(input, details?.Number("cached_tokens"), details?.Number("cache_write_tokens"), output);
    }
}
