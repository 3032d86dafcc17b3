using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests.Projects;

public sealed partial class AgentFolderTests
{
    private static IEnumerable<SourceFile> Agent => Repository.Sources
        .Where(source => source.Path.StartsWith("src/Orchestrator.Agent/", StringComparison.Ordinal) && source.Folder.Length > 0);

    [Fact]
    public void OrderOfFolders_NamesThoseThatExist() =>
        Assert.Equal(
            Agent.Select(Concept).Distinct().Order(StringComparer.Ordinal),
            ProjectTable.AgentFloors.SelectMany(floor => floor).Order(StringComparer.Ordinal));

    [Fact]
    public void Folder_UsesOnlyFoldersBelowIt()
    {
        IEnumerable<string> runUp =
            from source in Agent
            from used in Mentioned().Matches(source.Text).Select(match => match.Groups[1].Value).Distinct()
            where used != Concept(source) && FloorOf(used) <= FloorOf(Concept(source))
            select $"{source.Path} > {used}";

        Assert.Empty(runUp);
    }

    // A folder in a folder is a part of its concept.
    private static string Concept(SourceFile source) => source.Folder.Split('/')[0];

    // What stands at the root of the project (-1) is for the composition root, not for the folders.
    private static int FloorOf(string folder) => ProjectTable.AgentFloors
        .Select((floor, index) => floor.Contains(folder) ? index : -1)
        .Max();

    [GeneratedRegex(@"^(?!namespace ).*\bOrchestrator\.Agent\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Mentioned();
}
