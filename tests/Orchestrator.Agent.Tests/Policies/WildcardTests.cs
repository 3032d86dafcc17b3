using Orchestrator.Agent.Policies;

namespace Orchestrator.Agent.Tests.Policies;

public sealed class WildcardTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("", "a", false)]
    [InlineData("git *", "git", false)]
    [InlineData("git*", "git", true)]
    [InlineData("*push*", "git push origin", true)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbYbZ", false)]
    [InlineData("?", "ä", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("rm -rf /*", "rm -rf /home/a/b", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("*", "two\nlines", true)]
    public void Pattern_MatchesTheWholeText(string pattern, string text, bool expected)
    {
        bool isMatch = Wildcard.IsMatch(pattern, text);

        Assert.Equal(expected, isMatch);
    }
}
