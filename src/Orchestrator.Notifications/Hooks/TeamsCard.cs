using System.Text.Json.Nodes;
using Orchestrator.Agent.Notifications;

namespace Orchestrator.Notifications.Hooks;

/// <summary>A letter as an adaptive card for Teams; its texts are runs, which unlike text blocks know no formatting.</summary>
internal static class TeamsCard
{
    public static string Write(Letter letter)
    {
        var body = new JsonArray();
        foreach (Passage passage in letter.Passages)
        {
            body.Add(Paragraph(new JsonObject { ["type"] = "TextRun", ["text"] = passage.Title, ["weight"] = "bolder" }));
            foreach (string line in passage.Lines.Where(line => line.Length > 0))
            {
                body.Add(Paragraph(new JsonObject { ["type"] = "TextRun", ["text"] = line }));
            }

            if (passage.Link is { } link)
            {
                var open = new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = "Look at it", ["url"] = link.AbsoluteUri };
                body.Add(new JsonObject { ["type"] = "ActionSet", ["actions"] = new JsonArray(open) });
            }
        }

        var card = new JsonObject { ["type"] = "AdaptiveCard", ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json", ["version"] = "1.4", ["body"] = body };
        var attachment = new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["content"] = card };
        return new JsonObject { ["type"] = "message", ["summary"] = letter.Subject, ["attachments"] = new JsonArray(attachment) }.ToJsonString();
    }

    private static JsonObject Paragraph(JsonNode run) => new() { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(run) };
}
