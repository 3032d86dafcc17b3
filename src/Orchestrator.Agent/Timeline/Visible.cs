using System.Text;

namespace Orchestrator.Agent.Timeline;

/// <summary>Makes text of models and tools harmless for terminals and pages: what could move, hide or recolour is shown as an escape.</summary>
public static class Visible
{
    /// <summary>The first line, and an ellipsis if there are more.</summary>
    public static string FirstLineOf(string text)
    {
        string all = text.Trim('\r', '\n');
        int end = all.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? Of(all) : Of(all[..end].TrimEnd()) + " …";
    }

    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var visible = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isHidden = Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is
                System.Globalization.UnicodeCategory.Format or
                System.Globalization.UnicodeCategory.LineSeparator or
                System.Globalization.UnicodeCategory.ParagraphSeparator;
            _ = rune.Value == '\t' ? visible.Append("    ")
                : isHidden ? visible.Append($"\\u{{{rune.Value:x}}}")
                : visible.Append(rune.ToString());
        }

        return visible.ToString();
    }
}
