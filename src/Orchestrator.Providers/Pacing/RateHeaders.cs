using System.ClientModel.Primitives;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Providers.Pacing;

/// <summary>Reads an endpoint's rate limits from an answer's headers: those of OpenAI and who is compatible with it, and Anthropic's.</summary>
internal static partial class RateHeaders
{
    /// <summary>Longer than any limit's period; a number beyond it is no span.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static RateNews Read(PipelineResponseHeaders headers, TimeProvider clock)
    {
        string? Header(string name) => headers.TryGetValue(name, out string? value) ? value : null;
        Allowance? Of(string kind) =>
            Read(Header($"x-ratelimit-limit-{kind}"), Header($"x-ratelimit-remaining-{kind}"), Header($"x-ratelimit-reset-{kind}"), clock)
            ?? Read(
                Header($"anthropic-ratelimit-{kind}-limit"),
                Header($"anthropic-ratelimit-{kind}-remaining"),
                Header($"anthropic-ratelimit-{kind}-reset"),
                clock);

        return new RateNews(Of("requests"), Of("tokens"));
    }

    /// <summary>Null for a limit that is none: gateways send -1 or 0 where they keep none, and leave out what they don't know.</summary>
    private static Allowance? Read(string? limit, string? left, string? reset, TimeProvider clock) =>
        (AsCount(limit), AsCount(left), AsSpan(reset, clock)) switch
        {
            ( <= 0, _, _) => null,
            (var all, { } some and >= 0, { } span) when span > TimeSpan.Zero => new Allowance(all, some, span < Longest ? span : Longest),
            _ => null,
        };

    private static long? AsCount(string? text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary>A span as in <c>6m0s</c> or <c>12ms</c>, seconds, or a moment (RFC 3339).</summary>
    private static TimeSpan? AsSpan(string? text, TimeProvider clock)
    {
        if (text is null)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds))
        {
            return seconds >= 0 && seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
        }

        if (Span().Match(text) is { Success: true, Length: > 0 } span)
        {
            double milliseconds = Part(span, "d", 86_400_000) + Part(span, "h", 3_600_000) + Part(span, "m", 60_000) + Part(span, "s", 1_000) + Part(span, "ms", 1);
            return TimeSpan.FromMilliseconds(Math.Min(milliseconds, Longest.TotalMilliseconds));
        }

        bool isMoment = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at);
        return isMoment ? at - clock.GetUtcNow() : null;
    }

    private static double Part(Match span, string unit, double milliseconds) =>
        double.TryParse(span.Groups[unit].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double count) ? count * milliseconds : 0;

    [GeneratedRegex(@"^(?:(?<d>[0-9.]+)d)?(?:(?<h>[0-9.]+)h)?(?:(?<m>[0-9.]+)m)?(?:(?<s>[0-9.]+)s)?(?:(?<ms>[0-9.]+)ms)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Span();
}
