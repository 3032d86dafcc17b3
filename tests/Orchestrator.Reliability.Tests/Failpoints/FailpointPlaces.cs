using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Orchestrator.Reliability.Tests.Failpoints;

/// <summary>The places at which hub and SDK can be told to die, as their text has them; those of the Agent are for the tests of the command line.</summary>
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

    [GeneratedRegex("""Failpoint\.Hit\("((?!agent\.)[^"]+)"\)""")]
    private static partial Regex Hit();
}
