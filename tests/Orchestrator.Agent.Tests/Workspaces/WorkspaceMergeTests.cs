using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tests.Workspaces;

/// <summary>What was done on a fork comes back whole, whatever it was.</summary>
public sealed class WorkspaceMergeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GitFolder _source;

    public WorkspaceMergeTests() => _source = GitFolder.Create(
        _folder.At("source"),
        (".gitignore", "*.log\nbuild/\n"),
        ("keep.txt", "keep\n"),
        ("gone.txt", "gone\n"),
        ("old/name.txt", "a file that is renamed\n"),
        ("run.sh", "#!/bin/sh\n"),
        ("dos.txt", "one\r\ntwo\r\n"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("echo more >> keep.txt")]
    [InlineData("rm gone.txt")]
    [InlineData("mkdir new && mv old/name.txt new/other.txt && rmdir old")]
    [InlineData("chmod +x run.sh")]
    [InlineData("printf 'a\\0b\\377' > data.bin")]
    [InlineData("ln -s keep.txt link && ln -s /etc/passwd outside")]
    [InlineData("rm keep.txt && ln -s gone.txt keep.txt")]
    [InlineData("printf 'one\\r\\nTWO\\r\\n' > dos.txt; printf 'x\\r\\n' > new-dos.txt")]
    [InlineData("echo 1 > 'grüße ü 🙂.txt'; echo 2 > ' blank '; echo 4 > $'tab\\tline\\nbreak'; echo 5 > -dash; echo 6 > ':colon'; echo 7 > 'a*?[b]'")]
    [InlineData("rm -rf old && echo file > old")]
    [InlineData("rm gone.txt && mkdir gone.txt && echo in > gone.txt/in")]
    [InlineData("rm -rf old && ln -s /tmp old")]
    [InlineData("touch empty; : > keep.txt")]
    [InlineData("git init -q inner && echo in > inner/in.txt")]
    [InlineData("echo nothing")]
    public async Task AnyChangeOnAFork_IsThatOfTheWorkspaceAfterwards(string change)
    {
        (Workspace workspace, string fork) = await ForkAsync("echo mine > mine.txt; echo ignored > a.log");
        byte[] patch = await PatchAsync(workspace, fork, "theirs", change, out Workspace theirs);
        var merge = new WorkspaceMerge(workspace, fork);

        MergedPatch merged = await merge.AddAsync("theirs", patch, CancellationToken.None);
        await merge.WriteAsync(CancellationToken.None);
        await merge.WriteAsync(CancellationToken.None);   // once more, as after a crash

        Assert.Empty(merged.Conflicts);
        Assert.Equal("same\n", GitFolder.At(workspace.Tree).Bash($"diff -r --no-dereference --exclude=.git --exclude=a.log . '{theirs.Tree}' && echo same"));
        Assert.Equal("ignored\n", await File.ReadAllTextAsync(Path.Combine(workspace.Tree, "a.log")));
    }

    [Fact]
    public async Task TwoPatchesOnDifferentLines_AreBothThere()
    {
        (Workspace workspace, string fork) = await ForkAsync("seq 1 40 > numbers.txt");
        var merge = new WorkspaceMerge(workspace, fork);

        MergedPatch head = await merge.AddAsync("head", await PatchAsync(workspace, fork, "head", "sed -i 's/^2$/two/' numbers.txt", out _), CancellationToken.None);
        MergedPatch tail = await merge.AddAsync("tail", await PatchAsync(workspace, fork, "tail", "sed -i 's/^39$/last/' numbers.txt", out _), CancellationToken.None);
        await merge.WriteAsync(CancellationToken.None);

        Assert.Equal(["numbers.txt"], tail.Changed);
        Assert.Equal((0, 0), (head.Conflicts.Count, tail.Conflicts.Count));
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(workspace.Tree, "numbers.txt"));
        Assert.Equal(("two", "last", 40), (lines[1], lines[38], lines.Length));
    }

    [Theory]
    [InlineData("echo a > keep.txt", "echo b > keep.txt", "keep.txt")]
    [InlineData("rm keep.txt", "echo b > keep.txt", "keep.txt")]
    [InlineData("echo a > new.txt", "echo b > new.txt", "new.txt")]
    public async Task PatchesThatConflict_FirstOneCounts(string first, string second, string path)
    {
        (Workspace workspace, string fork) = await ForkAsync("true");
        byte[] other = await PatchAsync(workspace, fork, "second", second, out _);
        byte[] patch = await PatchAsync(workspace, fork, "first", first, out Workspace theirs);
        var merge = new WorkspaceMerge(workspace, fork);

        await merge.AddAsync("first", patch, CancellationToken.None);
        MergedPatch merged = await merge.AddAsync("second", other, CancellationToken.None);
        await merge.WriteAsync(CancellationToken.None);

        Assert.Equal([path], merged.Conflicts);
        Assert.Equal("same\n", GitFolder.At(workspace.Tree).Bash($"diff -r --no-dereference --exclude=.git . '{theirs.Tree}' && echo same"));
    }

    /// <summary>A fork that is asked for again is the one that was made, whatever the files are like by then.</summary>
    [Fact]
    public async Task ForkAskedForAgain_IsTheSame()
    {
        (Workspace workspace, string fork) = await ForkAsync("true");
        GitFolder.At(workspace.Tree).Bash("echo later > later.txt");

        string again = await WorkspaceFork.MakeAsync(workspace, fork, "fork", CancellationToken.None);

        Assert.Equal(fork, again);
    }

    private async Task<(Workspace Workspace, string Fork)> ForkAsync(string change)
    {
        string folder = _folder.At("workspace");
        string commit = _source.Git("rev-parse", "HEAD").Trim();
        await WorkspaceTree.PrepareAsync(WorkspaceTree.At(folder), _source.Path, commit, _ => Task.CompletedTask, CancellationToken.None);
        Workspace workspace = WorkspaceTree.At(folder);
        GitFolder.At(workspace.Tree).Bash(change);
        return (workspace, await WorkspaceFork.MakeAsync(workspace, commit, "fork", CancellationToken.None));
    }

    private Task<byte[]> PatchAsync(Workspace workspace, string fork, string name, string change, out Workspace theirs)
    {
        Workspace made = theirs = WorkspaceTree.At(_folder.At(name));
        return MakeAsync();

        async Task<byte[]> MakeAsync()
        {
            await WorkspaceTree.PrepareAsync(WorkspaceTree.At(_folder.At(name)), workspace.Git, fork, _ => Task.CompletedTask, CancellationToken.None);
            GitFolder.At(made.Tree).Bash(change);
            string tree = await WorkspaceTree.WriteTreeAsync(made, fork, CancellationToken.None);
            using var patch = new MemoryStream();
            await WorkspaceTree.DiffAsync(made, fork, tree, patch, CancellationToken.None);
            return patch.ToArray();
        }
    }
}
