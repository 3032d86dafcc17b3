using System.Diagnostics;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Tools.Tests.TextEditor;

/// <summary>Writes of editor and patch outside of what the task lets a run change: stopped before anything is written.</summary>
public sealed class FenceTests : IDisposable
{
    private readonly ToolRig _rig = new() { Scope = new PathScope(["src/**", "docs"], ["src/locked/**"]) };
    private int _calls;

    public FenceTests()
    {
        Write("src/a.txt", "one\n");
        Write("src/locked/b.txt", "one\n");
        Write("tests/t.txt", "one\n");
        Write(".gitignore", "build/\ntests/\n");
        Git("init", "--quiet", "--bare", _rig.Workspace.Git);
        Git("--git-dir", _rig.Workspace.Git, "--work-tree", _rig.Workspace.Tree, "add", "--force", "--all");
        Git("--git-dir", _rig.Workspace.Git, "-c", "user.name=t", "-c", "user.email=t@localhost", "--work-tree", _rig.Workspace.Tree, "commit", "--quiet", "--message", "x");
    }

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("src/a.txt", null)]
    [InlineData("/workspace/src/new/deep.txt", null)]
    [InlineData("docs/x.md", null)]
    [InlineData("build/scratch.txt", null)]
    [InlineData("other.txt", "other.txt is outside of what this task lets you change (src/**, docs)")]
    [InlineData("src/../other.txt", "other.txt is outside of")]
    [InlineData("src/locked/b.txt", "src/locked/b.txt is protected by this task")]
    [InlineData("src/locked/new.txt", "src/locked/new.txt is protected")]
    [InlineData("tests/t.txt", "tests/t.txt is outside of")]
    [InlineData(".gitignore", ".gitignore is outside of")]
    public async Task File_IsWrittenOnlyWhereTheTaskLetsIt(string path, string? refusal)
    {
        string? before = Read(path);

        ToolResult created = await _rig.EditAsync(new { command = "create", path, file_text = "two\n" }, ++_calls);

        Assert.Equal((refusal is null ? 0 : 1, refusal is null ? "two\n" : before), (created.ExitCode, Read(path)));
        Assert.Contains(refusal ?? "", ToolRig.Text(created), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_IsJudgedByWhatItLeadsTo()
    {
        File.CreateSymbolicLink(_rig.FileInTree("src/link.txt"), "../tests/t.txt");

        ToolResult replaced = await _rig.EditAsync(new { command = "str_replace", path = "src/link.txt", old_str = "one", new_str = "two" }, ++_calls);

        Assert.Equal((1, "one\n"), (replaced.ExitCode, Read("tests/t.txt")));
        Assert.StartsWith("Error: tests/t.txt is outside of", ToolRig.Text(replaced), StringComparison.Ordinal);
    }

    [Fact]
    public async Task View_IsOfAnyFile()
    {
        ToolResult seen = await _rig.EditAsync(new { command = "view", path = "tests/t.txt" }, ++_calls);

        Assert.Equal(0, seen.ExitCode);
    }

    [Theory]
    [InlineData("*** Update File: src/a.txt\n@@\n-one\n+two\n*** Update File: tests/t.txt\n@@\n-one\n+two", "tests/t.txt is outside of")]
    [InlineData("*** Update File: src/a.txt\n@@\n-one\n+two\n*** Delete File: src/locked/b.txt", "src/locked/b.txt is protected")]
    [InlineData("*** Update File: src/a.txt\n*** Move to: other.txt\n@@\n-one\n+two", "other.txt is outside of")]
    public async Task PatchWithOneFileOutside_ChangesNone(string files, string refusal)
    {
        ToolResult patched = await _rig.PatchAsync($"*** Begin Patch\n{files}\n*** End Patch", ++_calls);

        Assert.Equal((1, "one\n", "one\n", "one\n"), (patched.ExitCode, Read("src/a.txt"), Read("tests/t.txt"), Read("src/locked/b.txt")));
        Assert.StartsWith($"Error: {refusal}", ToolRig.Text(patched), StringComparison.Ordinal);
    }

    private string? Read(string path)
    {
        string file = Path.GetFullPath(Path.Combine(_rig.Workspace.Tree, path.Replace("/workspace/", "", StringComparison.Ordinal)));
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    private void Write(string path, string text)
    {
        string file = _rig.FileInTree(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private static void Git(params string[] arguments)
    {
        using Process git = Process.Start("git", arguments);
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }
}
