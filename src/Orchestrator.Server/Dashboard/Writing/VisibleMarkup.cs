using System.Text;
using Microsoft.AspNetCore.Components.Rendering;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Dashboard.Writing;

/// <summary>
/// Writes text of models, tools and people into a page: always as text, with what could move or hide other characters shown as a marked escape.
/// Lines and tabs stay.
/// </summary>
internal static class VisibleMarkup
{
    /// <param name="builder">Where it is written.</param>
    /// <param name="text">The text.</param>
    /// <param name="marksForeign">Letters beyond ASCII are marked too: some look like others.</param>
    public static void Write(RenderTreeBuilder builder, string text, bool marksForeign)
    {
        var plain = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            string letter = rune.ToString();
            string shown = rune.Value is '\n' or '\t' ? letter : Visible.Of(letter);
            bool isHidden = shown != letter;
            if (!isHidden && !(marksForeign && !rune.IsAscii))
            {
                plain.Append(letter);
                continue;
            }

            Flush(builder, plain);
            builder.OpenElement(1, "mark");
            builder.AddAttribute(2, "class", isHidden ? "hidden" : "foreign");
            builder.AddAttribute(3, "title", $"U+{rune.Value:X4}");
            builder.AddContent(4, shown);
            builder.CloseElement();
        }

        Flush(builder, plain);
    }

    /// <summary>How many characters would be marked.</summary>
    public static int CountMarked(string text) =>
        text.EnumerateRunes().Count(rune => rune.Value is not ('\n' or '\t') && (!rune.IsAscii || Visible.Of(rune.ToString()) != rune.ToString()));

    private static void Flush(RenderTreeBuilder builder, StringBuilder plain)
    {
        if (plain.Length > 0)
        {
            builder.AddContent(0, plain.ToString());
            plain.Clear();
        }
    }
}
