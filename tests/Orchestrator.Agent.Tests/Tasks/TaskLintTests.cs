using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Tasks;

public sealed class TaskLintTests
{
    private static readonly string Examples = Path.Combine(AppContext.BaseDirectory, "Tasks", "Examples");

    public static TheoryData<string> BadTasks => [.. Names("too-vague"), .. Names("missing-context"), .. Names("no-success-criterion"), .. Names("unbounded-scope")];

    public static TheoryData<string> GoodTasks => [.. Names("good")];

    [Theory]
    [MemberData(nameof(BadTasks))]
    public async Task TaskWithAMistake_OnlyThatMistakeIsNamed(string path)
    {
        AgentTask task = await TaskFileReader.ReadDraftAsync(Path.Combine(Examples, path), CancellationToken.None);

        IReadOnlyList<LintFinding> findings = TaskLint.Check(task);

        Assert.Equal([Path.GetDirectoryName(path)!.Replace('-', ' ')], findings.Select(finding => finding.Mistake));
    }

    [Theory]
    [MemberData(nameof(GoodTasks))]
    public async Task GoodTask_NothingIsNamed(string path)
    {
        AgentTask task = await TaskFileReader.ReadAsync(Path.Combine(Examples, path), CancellationToken.None);

        IReadOnlyList<LintFinding> findings = TaskLint.Check(task);

        Assert.Empty(findings);
    }

    [Fact]
    public void Examples_AreFiveAMistakeAndTwentyGoodOnes()
    {
        string[] folders = ["too-vague", "missing-context", "no-success-criterion", "unbounded-scope", "good"];

        Assert.Equal([5, 5, 5, 5, 20], folders.Select(folder => Names(folder).Count()));
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Examples, folder)).Select(path => Path.GetRelativePath(Examples, path)).Order();
}
