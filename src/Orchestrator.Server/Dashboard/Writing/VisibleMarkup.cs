using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Rendering;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Dashboard.Writing;

/// <summary>
/// Writes text of models, tools and people into a page: always as text, with what could move or hide other characters shown as a marked escape.
/// Lines and tabs stay.
/// </summary>
internal static partial class VisibleMarkup
{
    /// <param name="builder">Where it is written.</param>
    /// <param name="text">The text.</param>
    /// <param name="marksForeign">Letters beyond ASCII are marked too: some look like others.</param>
    /// <param name="keepsFlags">A line is not broken within a command's flag, where a part of it would look like a word of its own.</param>
    public static void Write(RenderTreeBuilder builder, string text, bool marksForeign, bool keepsFlags = false)
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

            Flush(builder, plain, keepsFlags);
            builder.OpenElement(1, "mark");
            builder.AddAttribute(2, "class", isHidden ? "hidden" : "foreign");
            builder.AddAttribute(3, "title", $"U+{rune.Value:X4}");
            builder.AddContent(4, shown);
            builder.CloseElement();
        }

        Flush(builder, plain, keepsFlags);
    }

    /// <summary>How many characters would be marked.</summary>
    public static int CountMarked(string text) =>
        text.EnumerateRunes().Count(rune => rune.Value is not ('\n' or '\t') && (!rune.IsAscii || Visible.Of(rune.ToString()) != rune.ToString()));

    private static void Flush(RenderTreeBuilder builder, StringBuilder plain, bool keepsFlags)
    {
        string text = plain.ToString();
        plain.Clear();
        if (keepsFlags)
        {
            AddWithFlags(builder, text);
        }
        else
        {
            Add(builder, text);
        }
    }

    private static void AddWithFlags(RenderTreeBuilder builder, string text)
    {
        int written = 0;
        foreach (ValueMatch flag in Flag().EnumerateMatches(text))
        {
            Add(builder, text[written..flag.Index]);
            builder.OpenElement(5, "span");
            builder.AddAttribute(6, "class", "flag");
            builder.AddContent(7, text.Substring(flag.Index, flag.Length));
            builder.CloseElement();
            written = flag.Index + flag.Length;
        }

        Add(builder, text[written..]);
    }

    private static void Add(RenderTreeBuilder builder, string text)
    {
        if (text.Length > 0)
        {
            builder.AddContent(0, text);
        }
    }

    /// <summary>As long as fits the line of a phone; longer ones have to be broken.</summary>
    [GeneratedRegex(@"(?<!\S)-[^\s]{1,23}(?!\S)")]
    private static partial Regex Flag();
}
