using System.Globalization;

namespace Orchestrator.Cli.Purging;

/// <summary>How long ago a run must have ended, as it is typed: <c>30d</c>, <c>12h</c>.</summary>
internal static class PurgeAge
{
    private const double MostDays = 36_500;

    /// <exception cref="BadInputException">It says none.</exception>
    public static TimeSpan Read(string text)
    {
        TimeSpan unit = text.Length == 0 ? TimeSpan.Zero : text[^1] switch
        {
            'd' => TimeSpan.FromDays(1),
            'h' => TimeSpan.FromHours(1),
            _ => TimeSpan.Zero,
        };
        return unit > TimeSpan.Zero
            && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number * unit.TotalDays <= MostDays
            ? number * unit
            : throw new BadInputException($"--older-than: '{text}' is no age; say days or hours, as in 30d or 12h.");
    }
}
