using System.Net;

namespace Orchestrator.Agent.Intake.Comments;

/// <summary>What a ticket is told, as the pages of ticket systems read it. Nothing in an address ends its link or its row.</summary>
public static class TicketMarkup
{
    /// <summary>As GitHub reads it.</summary>
    public static string Markdown(TicketStatus status)
    {
        return $"**Orchestrator** {Doing(status)} on this ticket.\n\n| | |\n|---|---|\n{string.Concat(status.Lines.Select(line => $"| {line.Name} | {Cell(line)} |\n"))}";

        static string Cell(TicketLine line) => line switch
        {
            TicketLine.Words { Text: var text } => text,
            TicketLine.Named { Page: null, Called: var called } => $"`{called}`",
            TicketLine.Named { Page: { } page, Called: var called } => $"[{called}]({page.AbsoluteUri})",
            TicketLine.Address { Page: var page } => $"<{page.AbsoluteUri.Replace("|", "%7C", StringComparison.Ordinal)}>",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>As Jira reads it, in the cloud and on a server of one's own.</summary>
    public static string Wiki(TicketStatus status)
    {
        return $"*Orchestrator* {Doing(status)} on this ticket.\n\n{string.Concat(status.Lines.Select(line => $"||{line.Name}|{Cell(line)}|\n"))}";

        static string Cell(TicketLine line) => line switch
        {
            TicketLine.Words { Text: var text } => text,
            TicketLine.Named { Page: null, Called: var called } => $"{{{{{called}}}}}",
            TicketLine.Named { Page: { } page, Called: var called } => $"[{called}|{InBrackets(page)}]",
            TicketLine.Address { Page: var page } => $"[{InBrackets(page)}]",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        static string InBrackets(Uri page) => page.AbsoluteUri
            .Replace("|", "%7C", StringComparison.Ordinal).Replace("[", "%5B", StringComparison.Ordinal).Replace("]", "%5D", StringComparison.Ordinal)
            .Replace("{", "%7B", StringComparison.Ordinal).Replace("}", "%7D", StringComparison.Ordinal);
    }

    /// <summary>As Azure DevOps reads it.</summary>
    public static string Html(TicketStatus status)
    {
        return $"<p><b>Orchestrator</b> {Doing(status)} on this ticket.</p><table>{string.Concat(status.Lines.Select(line => $"<tr><td>{line.Name}</td><td>{Cell(line)}</td></tr>"))}</table>";

        static string Cell(TicketLine line) => line switch
        {
            TicketLine.Words { Text: var text } => WebUtility.HtmlEncode(text),
            TicketLine.Named { Page: null, Called: var called } => $"<code>{WebUtility.HtmlEncode(called)}</code>",
            TicketLine.Named { Page: { } page, Called: var called } => Link(page, called),
            TicketLine.Address { Page: var page } => Link(page, page.AbsoluteUri),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        static string Link(Uri page, string called) => $"<a href=\"{WebUtility.HtmlEncode(page.AbsoluteUri)}\">{WebUtility.HtmlEncode(called)}</a>";
    }

    private static string Doing(TicketStatus status) => status.IsOver ? "has worked" : "works";
}
