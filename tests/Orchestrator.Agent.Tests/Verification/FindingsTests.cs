using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Tests.Verification;

public sealed class FindingsTests
{
    [Fact]
    public void FailedChecks_AreShownWithCommandAndOutput()
    {
        string text = Findings.Of([new("tests", "make test", "exit code 2\nboom")], []);

        Assert.Contains("## tests: `make test`\nexit code 2\nboom\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("outside the allowed", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ManyPathsOutOfScope_AreBounded()
    {
        string text = Findings.Of([], [.. Enumerable.Range(1, 25).Select(number => $"path{number}")]);

        Assert.Contains("- path20\n- and 5 more\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("path21", text, StringComparison.Ordinal);
    }
}
