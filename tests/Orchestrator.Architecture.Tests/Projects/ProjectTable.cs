using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests.Projects;

/// <summary>The table of projects in <c>docs/architecture.md</c>, and the order of the Agent's folders below it.</summary>
internal static partial class ProjectTable
{
    private static readonly string Text = Repository.Read("docs/architecture.md");

    /// <summary>Each project with those that it may use.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> MayUse { get; } = Read();

    /// <summary>The Agent's folders from top to bottom; folders of one floor do not use each other.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> AgentFloors { get; } =
        [.. FloorsText().Match(Text).Groups[1].Value.Split('>').Select(floor => Names(floor))];

    private static Dictionary<string, IReadOnlyList<string>> Read()
    {
        var cells = Row().Matches(Text).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value.Trim());
        return cells.ToDictionary(
            row => row.Key,
            row => row.Value switch
            {
                "all" => [.. cells.Keys],
                "nothing" => (IReadOnlyList<string>)[],
                var listed => [.. listed.Split(',').Select(name => "Orchestrator." + name.Trim())],
            });
    }

    private static string[] Names(string floor) => [.. Quoted().Matches(floor).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^\| `(Orchestrator\.\w+)` \|[^|]*\|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"Inside `Agent` a folder uses only folders below it: ([^.]+)\.")]
    private static partial Regex FloorsText();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Quoted();
}
