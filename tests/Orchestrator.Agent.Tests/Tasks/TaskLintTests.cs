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

    [Theory]
    [InlineData("bug-hunt")]
    [InlineData("paginate-users")]
    public async Task TaskOfTheDocumentation_NothingIsNamed(string name)
    {
        AgentTask task = await TaskFileReader.ReadAsync(
            Path.Combine(AppContext.BaseDirectory, "Tasks", "Documented", name, "task.yaml"), CancellationToken.None);

        IReadOnlyList<LintFinding> findings = TaskLint.Check(task);

        Assert.Empty(findings);
    }

    [Theory]
    [InlineData("Make add in calc.py work.", "", "too vague, unbounded scope")]
    [InlineData("Make add in calc.py work.", "calc.py", "too vague")]
    [InlineData("Make it better.", "calc.py", "too vague")]
    [InlineData("Make it better.", "", "too vague, unbounded scope")]
    [InlineData("Clean up wherever needed, and so on.", "lib/**", "too vague")]
    [InlineData("Clean up wherever needed, and so on.", "", "too vague, unbounded scope")]
    [InlineData("Improve calc.py as you see fit.", "calc.py", "too vague")]
    [InlineData("`add(2, 3)` in calc.py must return 5.", "", "")]
    [InlineData("`add(2, 3)` in calc.py must return 5. Fix any other bugs, too.", "calc.py", "unbounded scope")]
    public void ObjectiveAndItsPaths_EachMistakeIsJudgedByItself(string objective, string allowed, string mistakes)
    {
        AgentTask task = TaskFileReader.Parse(
            $"""
            objective: "{objective}"
            context: [calc.py]
            allowedPaths: [{(allowed.Length == 0 ? string.Empty : $"\"{allowed}\"")}]
            workspace: {"{ source: . }"}
            success: {"[{ name: tests, run: \"python3 test_calc.py\" }]"}
            """,
            "/task.yaml");

        Assert.Equal(mistakes, string.Join(", ", TaskLint.Check(task).Select(finding => finding.Mistake)));
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
