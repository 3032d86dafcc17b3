using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests.Documents;

public sealed partial class LinkTests
{
    private static IEnumerable<string> Pages => Repository.Paths.Where(path => path.EndsWith(".md", StringComparison.Ordinal));

    [Fact]
    public void RelativeLink_LeadsSomewhere()
    {
        IEnumerable<string> broken =
            from page in Pages
            from link in Link().Matches(Repository.Read(page)).Select(match => match.Groups[1].Value)
            where !Path.Exists(Path.Combine(Path.GetDirectoryName(Repository.FullPath(page))!, Uri.UnescapeDataString(link)))
            select $"{page}: {link}";

        Assert.Empty(broken);
    }

    [Fact]
    public void EveryPageOfTheDocs_IsReachedFromTheReadme()
    {
        string readme = Repository.Read("README.md") + Repository.Read("docs/command-line.md") + Repository.Read("docs/task-file.md");

        Assert.DoesNotContain(
            Pages.Where(page => page.StartsWith("docs/", StringComparison.Ordinal) && page.Count(character => character == '/') == 1),
            page => !readme.Contains($"({page})", StringComparison.Ordinal)
                && !readme.Contains($"({Path.GetFileName(page)})", StringComparison.Ordinal));
    }

    [Fact]
    public void Changelog_HasAPlaceForWhatComes() =>
        Assert.Matches(@"(?m)^## \[Unreleased\]$", Repository.Read("CHANGELOG.md"));

    [GeneratedRegex(@"\]\((?![a-z]+:|#)([^)#\s]+)")]
    private static partial Regex Link();
}
