using System.Globalization;

namespace Orchestrator.Agent.Timeline;

/// <summary>Spans for people, in hours, minutes and seconds; a run may take days.</summary>
public static class Hours
{
    /// <returns>As in <c>0.4 s</c>, <c>12 s</c>, <c>5 min 3 s</c> or <c>31 h 5 min</c>: for sentences.</returns>
    public static string InWords(TimeSpan span) => span.TotalSeconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(span.TotalSeconds)} s"),
        < 3600 => $"{span.Minutes} min{(span.Seconds > 0 ? $" {span.Seconds} s" : string.Empty)}",
        _ => $"{(long)span.TotalHours} h{(span.Minutes > 0 ? $" {span.Minutes} min" : string.Empty)}",
    };

    /// <returns>As in <c>31:05:09</c>: of one width, for what is rewritten in place.</returns>
    public static string Of(TimeSpan span) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalHours:00}:{span.Minutes:00}:{span.Seconds:00}");
}
