using System.Text.Json.Nodes;
using Orchestrator.Agent.Notifications;

namespace Orchestrator.Notifications.Hooks;

/// <summary>A letter for Slack: others' text is plain, where nothing is formatted and nobody mentioned; only our link is not.</summary>
internal static class SlackMessage
{
    /// <summary>Of one block, by Slack's own limit of 3000.</summary>
    private const int MostOfABlock = 2900;

    public static string Write(Letter letter) => new JsonObject
    {
        ["text"] = Escaped(letter.Subject),
        ["unfurl_links"] = false,
        ["unfurl_media"] = false,
        ["blocks"] = new JsonArray([.. letter.Passages.SelectMany(Blocks)]),
    }.ToJsonString();

    private static IEnumerable<JsonNode> Blocks(Passage passage)
    {
        string text = string.Join('\n', passage.Lines.Prepend(passage.Title));
        yield return Section("plain_text", text.Length <= MostOfABlock ? text : $"{text[..(char.IsHighSurrogate(text[MostOfABlock - 1]) ? MostOfABlock - 1 : MostOfABlock)]} …");
        if (passage.Link is { } link)
        {
            yield return Section("mrkdwn", $"<{Escaped(link.AbsoluteUri)}|Look at it>");
        }
    }

    private static JsonObject Section(string type, string text)
    {
        var content = new JsonObject { ["type"] = type, ["text"] = text };
        if (type == "plain_text")
        {
            content["emoji"] = false;
        }

        return new JsonObject { ["type"] = "section", ["text"] = content };
    }

    private static string Escaped(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
