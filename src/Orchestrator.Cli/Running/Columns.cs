using System.Text;
using Spectre.Console;

namespace Orchestrator.Cli.Running;

/// <summary>Fits text into the columns of a terminal, where some characters take two.</summary>
internal static class Columns
{
    private const int Fewest = 20;

    /// <summary>The text, if it fits; else its beginning and an ellipsis.</summary>
    public static string Cut(string text, int columns)
    {
        int available = Math.Max(Fewest, columns);
        if (text.GetCellWidth() <= available)
        {
            return text;
        }

        var cut = new StringBuilder(available);
        int used = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            used += rune.ToString().GetCellWidth();
            if (used >= available)
            {
                break;
            }

            cut.Append(rune.ToString());
        }

        return cut.Append('…').ToString();
    }
}
