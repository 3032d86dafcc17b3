using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Effects;

/// <summary>
/// What an observation says of a call's end, for providers that want it apart from the output. It is read from the first line, which
/// <see cref="Observation"/> alone writes.
/// </summary>
/// <param name="ExitCode">Null where the call ended otherwise, or never ran.</param>
/// <param name="IsTimeout">It was ended for taking too long.</param>
/// <param name="Output">What it wrote; empty where there is none but a note.</param>
/// <param name="Note">What the orchestrator says of it; empty for a call that ended by itself.</param>
public sealed partial record ObservedEnd(int? ExitCode, bool IsTimeout, string Output, string Note)
{
    public static ObservedEnd Read(string observation)
    {
        int end = observation.IndexOf('\n', StringComparison.Ordinal);
        string first = end < 0 ? observation : observation[..end];
        string rest = end < 0 ? "" : observation[(end + 1)..];
        if (Exited().Match(first) is { Success: true } exited)
        {
            return new ObservedEnd(int.Parse(exited.Groups["code"].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), false, rest, "");
        }

        return first.StartsWith("[status: timed_out ", StringComparison.Ordinal)
            ? new ObservedEnd(null, true, rest, first)
            : new ObservedEnd(null, false, "", observation);
    }

    [GeneratedRegex(@"^exit code (?<code>-?\d{1,9}), [\d.]+ s$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Exited();
}
