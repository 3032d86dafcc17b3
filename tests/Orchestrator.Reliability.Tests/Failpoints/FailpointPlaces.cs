using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Orchestrator.Reliability.Tests.Failpoints;

/// <summary>The places at which the code can be told to die, as its text has them.</summary>
internal static partial class FailpointPlaces
{
    /// <summary>In order of their names.</summary>
    public static IReadOnlyList<string> All { get; } = Read();

    private static string[] Read([CallerFilePath] string here = "") =>
    [
        .. Directory.EnumerateFiles(Path.Combine(here, "../../../../src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Hit().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex("""Failpoint\.Hit\("([^"]+)"\)""")]
    private static partial Regex Hit();
}
