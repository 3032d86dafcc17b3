using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests.Documents;

public sealed partial class CommandLinePageTests
{
    [Fact]
    public void TableOfVerbs_IsTheExecutables()
    {
        IEnumerable<string> described = FirstCell().Matches(Repository.Read("docs/command-line.md"))
            .SelectMany(row => Quoted().Matches(row.Groups[1].Value))
            .Select(verb => verb.Groups[1].Value);

        Assert.Equal(Executable.Verbs.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| (`[a-z][^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex FirstCell();

    [GeneratedRegex(@"`(\w+)[^`]*`")]
    private static partial Regex Quoted();
}
