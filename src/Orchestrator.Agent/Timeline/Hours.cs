using System.Globalization;

namespace Orchestrator.Agent.Timeline;

/// <summary>Spans for people, in hours, minutes and seconds; a run may take days.</summary>
public static class Hours
{
    /// <returns>As in <c>31:05:09</c>: of one width, for what is rewritten in place.</returns>
    public static string Of(TimeSpan span) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalHours:00}:{span.Minutes:00}:{span.Seconds:00}");
}
