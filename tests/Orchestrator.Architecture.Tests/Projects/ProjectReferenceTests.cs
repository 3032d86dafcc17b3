using System.Xml.Linq;

namespace Orchestrator.Architecture.Tests.Projects;

public sealed class ProjectReferenceTests
{
    [Fact]
    public void TableOfProjects_NamesThoseThatExist()
    {
        string[] projects = [.. Directory.EnumerateDirectories(Repository.FullPath("src")).Select(folder => Path.GetFileName(folder)!)];

        Assert.Equal(projects.Order(StringComparer.Ordinal), ProjectTable.MayUse.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ProjectReferences_FollowTheTable()
    {
        IEnumerable<string> runUp =
            from project in ProjectTable.MayUse.Keys
            let file = XDocument.Load(Repository.FullPath($"src/{project}/{project}.csproj"))
            from reference in file.Descendants("ProjectReference")
            let used = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)
            where !ProjectTable.MayUse[project].Contains(used)
            select $"{project} > {used}";

        Assert.Empty(runUp);
    }

    [Fact]
    public void UsingLines_FollowTheTable()
    {
        IEnumerable<string> runUp =
            from source in Repository.Sources
            where source.Path.StartsWith("src/", StringComparison.Ordinal)
            from name in source.Usings
            let used = ProjectOf(name)
            where used is not null && used != source.Project && !ProjectTable.MayUse[source.Project].Contains(used)
            select $"{source.Path} > {used}";

        Assert.Empty(runUp);
    }

    // The stand-in keeps the original's names.
    private static string? ProjectOf(string name) =>
        name.StartsWith("Microsoft.DurableTask", StringComparison.Ordinal) || name.StartsWith("DurableTask.Core", StringComparison.Ordinal)
            ? "Orchestrator.DurableTask"
            : ProjectTable.MayUse.Keys.FirstOrDefault(project => name == project || name.StartsWith(project + ".", StringComparison.Ordinal));
}
