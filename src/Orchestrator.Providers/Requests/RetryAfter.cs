using System.ClientModel.Primitives;
using System.Globalization;

namespace Orchestrator.Providers.Requests;

/// <summary>Reads from an answer's headers how long the endpoint asks to be left alone.</summary>
internal static class RetryAfter
{
    /// <summary>Null where the endpoint asks for nothing, for no wait at all, or for something that makes no sense.</summary>
    public static TimeSpan? Read(PipelineResponseHeaders headers, TimeProvider clock)
    {
        if (headers.TryGetValue("retry-after-ms", out string? milliseconds) && AsNumber(milliseconds) is { } ms)
        {
            return TimeSpan.FromMilliseconds(ms);
        }

        if (!headers.TryGetValue("retry-after", out string? value))
        {
            return null;
        }

        if (AsNumber(value) is { } seconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        bool isDate = DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at);
        return isDate && at > clock.GetUtcNow() ? at - clock.GetUtcNow() : null;
    }

    // A day is more than anybody waits here, and keeps the number within a TimeSpan.
    private static double? AsNumber(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0
            ? Math.Min(number, TimeSpan.FromDays(1).TotalMilliseconds)
            : null;
}
