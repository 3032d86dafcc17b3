using System.Net;
using System.Text;
using MimeKit;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Notifications.Mails;

/// <summary>Writes a letter as mail, in plain text and in HTML that holds nothing but text and links to the server.</summary>
internal static class MailWriter
{
    public static MimeMessage Write(Letter letter, string from)
    {
        var message = new MimeMessage
        {
            // By it a mailbox that gets the same letter twice shows it once.
            MessageId = $"{letter.Key}@{from[(from.IndexOf('@') + 1)..]}",
            Subject = Visible.Of(letter.Subject),
            Date = letter.At,
            Body = new MultipartAlternative { new TextPart("plain") { Text = Plain(letter) }, new TextPart("html") { Text = Html(letter) } },
        };
        message.From.Add(new MailboxAddress("Orchestrator", from));
        message.To.Add(new MailboxAddress(null, letter.Recipient));

        // Nobody's absence note is to come back.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        return message;
    }

    private static string Plain(Letter letter)
    {
        var text = new StringBuilder();
        foreach (Passage passage in letter.Passages)
        {
            text.AppendLine(passage.Title);
            foreach (string line in passage.Lines)
            {
                text.AppendLine($"  {line}");
            }

            text.AppendLine(passage.Link is { } link ? $"  {link.AbsoluteUri}" : string.Empty).AppendLine();
        }

        return text.ToString();
    }

    private static string Html(Letter letter)
    {
        var html = new StringBuilder("<!DOCTYPE html><html><body>");
        foreach (Passage passage in letter.Passages)
        {
            html.Append($"<h3>{WebUtility.HtmlEncode(passage.Title)}</h3><pre>");
            html.AppendJoin('\n', passage.Lines.Select(line => WebUtility.HtmlEncode(line))).Append("</pre>");
            if (passage.Link is { } link)
            {
                html.Append($"<p><a href=\"{WebUtility.HtmlEncode(link.AbsoluteUri)}\">Look at it</a></p>");
            }
        }

        return html.Append("</body></html>").ToString();
    }
}
