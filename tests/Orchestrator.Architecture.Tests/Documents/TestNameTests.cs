using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests.Documents;

public sealed partial class TestNameTests
{
    [Fact]
    public void TestsThatPagesName_Exist()
    {
        string[] sources = [.. Repository.Paths.Where(path => path.StartsWith("tests/", StringComparison.Ordinal) && path.EndsWith("Tests.cs", StringComparison.Ordinal))];
        (string Class, string Test)[] named =
            [.. TestName().Matches(Repository.Read("docs/testing.md") + Repository.Read("docs/operations.md")).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).Distinct()];

        Assert.True(named.Length > 20, $"{named.Length} tests are named.");
        Assert.DoesNotContain(
            named,
            name => !sources.Any(path => Path.GetFileNameWithoutExtension(path) == name.Class
                && Repository.Read(path).Contains($" {name.Test}(", StringComparison.Ordinal)));
    }

    [GeneratedRegex("`([A-Z][A-Za-z]+Tests)\\.([A-Z][A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
