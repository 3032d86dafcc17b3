using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Runs;

public sealed class InstructionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FullTask_FillsEveryPlaceOfTheTemplate()
    {
        Write("app/users.py", "def users(): ...");
        AgentTask task = Minimal with
        {
            Project = new ProjectDescription { Language = "Python 3.11", Framework = "FastAPI", Path = "api", TestCommand = "pytest", LintCommand = "mypy" },
            Context = ["app/users.py"],
            Constraints = ["Keep the fields."],
            AllowedPaths = ["app/**", "tests/**"],
            ProtectedPaths = ["tests/contract.py"],
        };

        Instructions instructions = await Instructions.ReadAsync(task, _folder.Path, new Redactor([]), CancellationToken.None);

        Assert.StartsWith(
            "You are an expert Python 3.11 developer. You work on a FastAPI project at api\nTest runner: pytest\nLinter: mypy\n",
            instructions.System, StringComparison.Ordinal);
        Assert.Contains("- check: make check", instructions.System, StringComparison.Ordinal);
        Assert.StartsWith("# Task\n\nAdd pagination.\n", instructions.User, StringComparison.Ordinal);
        Assert.Contains("## app/users.py\n```\ndef users(): ...\n```", instructions.User, StringComparison.Ordinal);
        Assert.Contains("- Keep the fields.\n- Do not modify files outside app/**, tests/**.\n- Never modify tests/contract.py.\n", instructions.User, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MinimalTask_UsesTheCriteriaAsTestAndLintCommands()
    {
        AgentTask task = Minimal with { Success = [new("lint", "make lint"), new("unit tests", "make test")] };

        Instructions instructions = await Instructions.ReadAsync(task, _folder.Path, new Redactor([]), CancellationToken.None);

        Assert.Contains("expert software developer. You work on this project at .\nTest runner: make test\nLinter: make lint\n", instructions.System, StringComparison.Ordinal);
        Assert.Contains("- Do not modify files outside the repository.", instructions.User, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RepositorysRules_AreInTheSystemPart()
    {
        Write("AGENTS.md", "Use tabs.");

        Instructions instructions = await Instructions.ReadAsync(Minimal, _folder.Path, new Redactor([]), CancellationToken.None);

        Assert.EndsWith("The repository's own rules (AGENTS.md):\n\nUse tabs.", instructions.System, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RepositorysRulesBehindALinkInside_AreRead()
    {
        Write("docs/agents.md", "Use tabs.");
        File.CreateSymbolicLink(_folder.At("middle.md"), "docs/agents.md");
        File.CreateSymbolicLink(_folder.At("AGENTS.md"), "middle.md");

        Instructions instructions = await Instructions.ReadAsync(Minimal, _folder.Path, new Redactor([]), CancellationToken.None);

        Assert.EndsWith("Use tabs.", instructions.System, StringComparison.Ordinal);
        Assert.Null(instructions.Note);
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("linked/outside.txt")]
    [InlineData("AGENTS.md")]
    [InlineData("missing.md")]
    public async Task RepositorysRulesBehindALinkElsewhere_AreLeftOutAndThatIsSaid(string target)
    {
        File.WriteAllText(_folder.At("outside.txt"), "secret");
        string tree = Directory.CreateDirectory(_folder.At("tree")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(tree, "linked"), _folder.Path);
        File.CreateSymbolicLink(Path.Combine(tree, "AGENTS.md"), target);

        Instructions instructions = await Instructions.ReadAsync(Minimal, tree, new Redactor([]), CancellationToken.None);

        Assert.DoesNotContain("The repository's own rules", instructions.System, StringComparison.Ordinal);
        Assert.StartsWith("AGENTS.md was not read", instructions.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("/etc/hostname")]
    [InlineData("link.txt")]
    [InlineData("linked/outside.txt")]
    [InlineData("missing.txt")]
    public async Task ContextThatLeadsOutside_IsNotShown(string path)
    {
        File.WriteAllText(_folder.At("outside.txt"), "secret");
        string tree = Directory.CreateDirectory(_folder.At("tree")).FullName;
        File.CreateSymbolicLink(Path.Combine(tree, "link.txt"), _folder.At("outside.txt"));
        Directory.CreateSymbolicLink(Path.Combine(tree, "linked"), _folder.Path);

        Instructions instructions = await Instructions.ReadAsync(Minimal with { Context = [path] }, tree, new Redactor([]), CancellationToken.None);

        Assert.Contains($"## {path}\n```\n(not in the workspace)\n```", instructions.User, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LargeContext_IsBounded()
    {
        Write("big.txt", new string('x', 1_000_000));

        Instructions instructions = await Instructions.ReadAsync(Minimal with { Context = ["big.txt"] }, _folder.Path, new Redactor([]), CancellationToken.None);

        Assert.InRange(instructions.User.Length, Observation.ShownCharacters, Observation.ShownCharacters + 1000);
    }

    private AgentTask Minimal => new()
    {
        Name = "t",
        Objective = "Add pagination.\n",
        Workspace = new WorkspaceSource(_folder.Path, null),
        Success = [new("check", "make check")],
    };

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
        File.WriteAllText(_folder.At(name), text);
    }
}
