using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tests.Workspaces;

public sealed class PathScopeTests
{
    [Theory]
    [InlineData("src/**", "src/a/b.py", true)]
    [InlineData("src/**", "src", false)]
    [InlineData("src/**", "srcs/a", false)]
    [InlineData("src", "src/a/b.py", true)]
    [InlineData("src/", "src/a/b.py", true)]
    [InlineData("./src", "src/a", true)]
    [InlineData("/src", "src/a", true)]
    [InlineData("*.py", "a.py", true)]
    [InlineData("*.py", "src/a.py", false)]
    [InlineData("**/*.py", "a.py", true)]
    [InlineData("**/*.py", "src/deep/a.py", true)]
    [InlineData("**/*.py", "src/a.pyc", false)]
    [InlineData("src/*/x", "src/a/x", true)]
    [InlineData("src/*/x", "src/a/b/x", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("a+(b)[c]", "a+(b)[c]", true)]
    [InlineData("a.txt", "a.txt\n", false)]
    [InlineData("src/**", "src/two\nlines", true)]
    [InlineData("src/**", "SRC/a", false)]
    [InlineData(".", "anything/at/all", true)]
    [InlineData("grüße/**", "grüße/ä b", true)]
    public void AllowedPattern_CoversWhatItSays(string pattern, string path, bool expected)
    {
        bool allows = new PathScope([pattern], []).Allows(path);

        Assert.Equal(expected, allows);
    }

    [Fact]
    public void NoPatterns_AllowEverything()
    {
        bool allows = new PathScope([], []).Allows("any/path");

        Assert.True(allows);
    }

    [Theory]
    [InlineData("tests/contract.py")]
    [InlineData("tests/deep/a\nb.py")]
    public void ProtectedPath_IsNotAllowedWhateverElseIs(string path)
    {
        bool allows = new PathScope(["**"], ["tests/**"]).Allows(path);

        Assert.False(allows);
    }
}
