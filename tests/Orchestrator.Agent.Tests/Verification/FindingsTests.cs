using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Tests.Verification;

public sealed class FindingsTests
{
    [Fact]
    public void FailedChecks_AreShownWithCommandAndOutput()
    {
        string text = Findings.Of([new("tests", "make test", "exit code 2\nboom")], Verdict(outOfScope: 0));

        Assert.Contains("## tests: `make test`\nexit code 2\nboom\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("outside the allowed", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ManyPathsOutOfScope_AreBounded()
    {
        string text = Findings.Of([], Verdict(outOfScope: 25));

        Assert.Contains("- path20\n- and 5 more\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("path21", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("boom\n\n", "boom")]
    [InlineData(" \n", "(no output)")]
    public void Tail_OfAShortTextIsTheText(string text, string expected) => Assert.Equal(expected, Findings.TailOf(text));

    [Fact]
    public void Tail_OfALongTextIsItsLastLines()
    {
        string lines = Findings.TailOf(string.Join('\n', Enumerable.Range(1, 1000).Select(number => $"line {number}")));
        string unbroken = Findings.TailOf(string.Concat(Enumerable.Repeat("x🙂", 1000)));

        Assert.StartsWith("…\nline ", lines, StringComparison.Ordinal);
        Assert.EndsWith("\nline 1000", lines, StringComparison.Ordinal);
        Assert.InRange(lines.Length, 400, 602);
        Assert.InRange(unbroken.Length, 600, 602);
        Assert.False(char.IsLowSurrogate(unbroken[2]));
    }

    [Fact]
    public void InShort_SaysTheLastWordsOfWhatFailedAndNamesThePaths()
    {
        Verdict verdict = Verdict(outOfScope: 2) with { Checks = [new("types", 0), new("tests", 2)] };

        string text = Findings.InShort([new("tests", "make test", "compiling\nboom: 1 failed\n[exit code 2, 0.1 s]")], verdict);

        Assert.Equal("types passed, tests failed with 2 (boom: 1 failed); 2 changed paths are out of scope: path1, path2", text);
    }

    private static Verdict Verdict(int outOfScope) => new()
    {
        Accepted = false,
        Checks = [],
        Tree = "t",
        OutOfScope = [.. Enumerable.Range(1, outOfScope).Take(Agent.Verification.Verdict.PathsShown).Select(number => $"path{number}")],
        OutOfScopeCount = outOfScope,
    };
}
