using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Tasks;

/// <summary>How hosts are named where they are allowed: <c>registry.npmjs.org</c>, or <c>*.example.org</c> for all below a name.</summary>
public static partial class HostPattern
{
    /// <summary>What is wrong with a pattern, as the end of a sentence; null if nothing is.</summary>
    public static string? FaultOf(string pattern) =>
        Form().IsMatch(pattern) ? null
        : Number().IsMatch(pattern) || pattern.Contains(':', StringComparison.Ordinal) ? "is an address, or more than a name; name the host alone"
        : "is no host; write a name such as registry.npmjs.org, in lower case (in its xn-- form if it has other letters), or *.example.org for all below it";

    /// <returns>The narrower one of two patterns, where one holds all that the other does; else null.</returns>
    public static string? Common(string one, string other) => Holds(one, other) ? other : Holds(other, one) ? one : null;

    private static bool Holds(string wide, string narrow) =>
        wide == narrow || (wide.StartsWith("*.", StringComparison.Ordinal) && narrow.EndsWith(wide[1..], StringComparison.Ordinal));

    [GeneratedRegex(@"^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*(?!\d+$|0x[0-9a-f]*$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex(@"(^|\.)(\d+|0x[0-9a-fA-F]*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
