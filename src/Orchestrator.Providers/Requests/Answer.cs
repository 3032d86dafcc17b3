using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>Turns the items of an answer that has ended into an attempt's outcome; the same for all dialects.</summary>
internal static class Answer
{
    /// <summary>Letters of an id or a name that are kept: they are told and stored as they came, and nobody's are longer.</summary>
    private const int LongestName = 200;

    /// <summary>
    /// Reads an answer that has ended. One that can't be read was written, and billed, as the endpoint writes: asking again would cost
    /// as much again.
    /// </summary>
    /// <param name="read">Reads it; throws <see cref="JsonException"/> where it breaks the dialect.</param>
    public static Attempt Ended(Func<Attempt> read)
    {
        try
        {
            return read();
        }
        catch (JsonException exception)
        {
            // The exception itself stays behind: it may quote the endpoint, and what is told of that is bounded elsewhere.
            return Unreadable(exception.Message);
        }
    }

    /// <param name="responseId">The provider's id of the answer; null if it gave none.</param>
    /// <param name="model">The model that answered, as the provider names it; null if it doesn't say.</param>
    /// <param name="serviceTier">The tier that is billed; null if the provider doesn't say.</param>
    /// <param name="end">Why the model stopped.</param>
    /// <param name="usage">Null if none was reported.</param>
    /// <param name="received">The answer's items, in order.</param>
    public static Attempt Of(
        string? responseId, string? model, string? serviceTier, ReplyEnd end, TokenUsage? usage, IEnumerable<OutputItem> received)
    {
        List<OutputItem> items = Replayable(received);
        RequestedCall[] calls = [.. items.SelectMany(item => item.Calls)];
        if (calls.GroupBy(call => call.CallId).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
        {
            // One output would have to answer both.
            return Unreadable($"it has two calls with the id {twice}");
        }

        return new Attempt.Answered(new ModelReply
        {
            ResponseId = Bounded(responseId) ?? "",
            Model = Bounded(model) ?? "",
            ServiceTier = Bounded(serviceTier),
            Items = [.. items.Select(item => item.Json)],
            Calls = calls,
            Text = string.Join("\n", items.Select(item => item.Text).Where(text => text.Length > 0)),
            Usage = usage ?? TokenUsage.None,
            IsUsageReported = usage is not null,
            End = calls.Length == 0 && items.Any(item => item.IsRefusal) ? ReplyEnd.Refused : end,
            Attempts = 1,
        });
    }

    private static string? Bounded(string? name) => name?.Length > LongestName ? name[..LongestName] : name;

    private static Attempt.Failed Unreadable(string why) =>
        new(ProviderFailure.Unreadable, IsTransient: false, $"the answer ended, but it can't be read: {why}");

    // A provider refuses a call that has no output, and reasoning that nothing follows.
    private static List<OutputItem> Replayable(IEnumerable<OutputItem> received)
    {
        List<OutputItem> whole = [.. received.Where(item => !item.IsHalfACall && !item.IsEmpty)];
        return whole[..(whole.FindLastIndex(item => !item.IsReasoning) + 1)];
    }
}
