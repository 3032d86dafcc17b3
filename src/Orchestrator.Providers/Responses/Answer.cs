using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Responses;

/// <summary>Turns a response that has ended into an attempt's outcome.</summary>
internal static class Answer
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
            "completed" => Answered(response, streamed, ReplyEnd.Completed),
            "incomplete" => Answered(response, streamed, EndOf(response)),
            "failed" => EndpointError.From(response.Member("error") ?? default).AsFailure(),
            string other => throw new JsonException($"the answer ended with the status \"{other}\""),
            null when response.Member("error") is { ValueKind: JsonValueKind.Object } error => EndpointError.From(error).AsFailure(),
            null => throw new JsonException("the answer has no status"),
        };

    private static ReplyEnd EndOf(JsonElement response) =>
        response.Member("incomplete_details")?.Text("reason") == "content_filter" ? ReplyEnd.Refused : ReplyEnd.MaxOutputTokens;

    private static Attempt Answered(JsonElement response, IReadOnlyList<ReadOnlyMemory<byte>> streamed, ReplyEnd end)
    {
        List<ReadOnlyMemory<byte>> listed =
            [.. response.Elements("output").Select(item => (ReadOnlyMemory<byte>)JsonMarshal.GetRawUtf8Value(item).ToArray())];
        List<OutputItem> items = Replayable((listed.Count > streamed.Count ? listed : streamed).Select(OutputItem.Parse), end);
        RequestedCall[] calls = [.. items.Select(item => item.Call).OfType<RequestedCall>()];
        if (calls.GroupBy(call => call.CallId).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
        {
            // One output would have to answer both. It is the endpoint's way to name calls: asking again would cost as much again.
            return new Attempt.Failed(ProviderFailure.Misconfigured, IsTransient: false, $"the answer has two calls with the id {twice}");
        }

        TokenUsage? usage = ReadUsage(response);
        return new Attempt.Answered(new ModelReply
        {
            ResponseId = response.Text("id") ?? "",
            Model = response.Text("model") ?? "",
            ServiceTier = response.Text("service_tier"),
            Items = [.. items.Select(item => item.Json)],
            Calls = calls,
            Text = string.Join("\n", items.Select(item => item.Text).Where(text => text.Length > 0)),
            Usage = usage ?? TokenUsage.None,
            IsUsageReported = usage is not null,
            End = calls.Length == 0 && items.Any(item => item.IsRefusal) ? ReplyEnd.Refused : end,
            Attempts = 1,
        });
    }

    // A provider refuses a call that has no output, and reasoning that was cut off before what it led to.
    private static List<OutputItem> Replayable(IEnumerable<OutputItem> items, ReplyEnd end)
    {
        List<OutputItem> whole = [.. items.Where(item => !item.IsHalfACall)];
        return end == ReplyEnd.Completed ? whole : whole[..(whole.FindLastIndex(item => !item.IsReasoning) + 1)];
    }

    private static TokenUsage? ReadUsage(JsonElement response)
    {
        if (response.Member("usage") is not { } usage
            || usage.Number("input_tokens") is not { } input
            || usage.Number("output_tokens") is not { } output)
        {
            return null;
        }

        input = Math.Max(input, 0);
        long cached = usage.Member("input_tokens_details")?.Number("cached_tokens") ?? 0;
        return new TokenUsage(input, Math.Clamp(cached, 0, input), Math.Max(output, 0));
    }
}
