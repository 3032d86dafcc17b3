using System.Globalization;
using System.Net.Http.Headers;

namespace Orchestrator.Providers.Requests;

/// <summary>Reads from an answer's headers how long the endpoint asks to be left alone.</summary>
internal static class RetryAfter
{
    /// <summary>Null where the endpoint asks for nothing, for no wait at all, or for something that makes no sense.</summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, TimeProvider clock)
    {
        if (AsNumber(First(headers, "retry-after-ms")) is { } ms)
        {
            return TimeSpan.FromMilliseconds(ms);
        }

        string? value = First(headers, "retry-after");
        if (AsNumber(value) is { } seconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        bool isDate = DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at);
        return isDate && at > clock.GetUtcNow() ? at - clock.GetUtcNow() : null;
    }

    // As the bytes say it: the typed header drops what it cannot read.
    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.First() : null;

    // A day is more than anybody waits here, and keeps the number within a TimeSpan.
    private static double? AsNumber(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0
            ? Math.Min(number, TimeSpan.FromDays(1).TotalMilliseconds)
            : null;
}
