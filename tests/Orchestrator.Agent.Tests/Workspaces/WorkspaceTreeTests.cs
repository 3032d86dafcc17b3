using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tests.Workspaces;

public sealed class WorkspaceTreeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GitFolder _source;

    public WorkspaceTreeTests() => _source = GitFolder.Create(
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
    [InlineData("mkdir -p deep/er && echo new > deep/er/file.txt")]
    [InlineData("printf 'one\\r\\nTWO\\r\\n' > dos.txt; printf 'x\\r\\n' > new-dos.txt")]
    [InlineData("printf 'no newline' > keep.txt")]
    [InlineData("echo 1 > 'grüße ü 🙂.txt'; echo 2 > ' blank '; echo 3 > 'quo\"te'; echo 4 > $'tab\\tline\\nbreak'; echo 5 > -dash; echo 6 > ':colon'; echo 7 > 'a*?[b]'")]
    [InlineData("rm -rf old && echo file > old")]
    [InlineData("rm gone.txt && mkdir gone.txt && echo in > gone.txt/in")]
    [InlineData("touch empty; : > keep.txt")]
    [InlineData("git init -q inner && echo in > inner/in.txt && mkdir inner/deep && git init -q inner/deep && echo d > inner/deep/d.txt && ln -s in.txt inner/l")]
    [InlineData("git init -q inner && cd inner && echo in > in.txt && git add . && git -c user.name=a -c user.email=b commit -qm c")]
    [InlineData("cd old && git init -q . && echo more >> name.txt && echo new > new.txt")]
    [InlineData("git checkout -q -b other && git rm -q gone.txt && git -c user.name=a -c user.email=b commit -qm c")]
    public async Task PatchOfAnyChange_GivesTheSameTreeOnTheSource(string change)
    {
        (Workspace workspace, string commit) = await PrepareAsync();
        GitFolder.At(workspace.Tree).Bash(change);

        string tree = await WorkspaceTree.WriteTreeAsync(workspace, commit, CancellationToken.None);
        byte[] patch = await PatchAsync(workspace, commit, tree);

        Assert.NotEmpty(patch);
        await File.WriteAllBytesAsync(_folder.At("changes.patch"), patch);
        _source.Git("apply", "--index", _folder.At("changes.patch"));
        Assert.Equal(tree, _source.Git("write-tree").Trim());
        string differences = _source.Bash($"diff -r --no-dereference --exclude=.git . '{workspace.Tree}' && echo same");
        Assert.Equal("same\n", differences);
    }

    [Fact]
    public async Task NothingChanged_PatchIsEmpty()
    {
        (Workspace workspace, string commit) = await PrepareAsync();

        string tree = await WorkspaceTree.WriteTreeAsync(workspace, commit, CancellationToken.None);

        Assert.Empty(await PatchAsync(workspace, commit, tree));
    }

    [Fact]
    public async Task IgnoredFiles_AreNotInThePatch()
    {
        (Workspace workspace, string commit) = await PrepareAsync();
        GitFolder.At(workspace.Tree).Bash("echo x > a.log; mkdir build; echo x > build/out; git init -q inner; echo x > inner/b.log; echo x > inner/c.txt; git init -q build/repo; echo x > build/repo/y");

        string tree = await WorkspaceTree.WriteTreeAsync(workspace, commit, CancellationToken.None);

        Assert.Equal(["inner/c.txt"], await WorkspaceTree.ChangedPathsAsync(workspace, commit, tree, CancellationToken.None));
    }

    [Fact]
    public async Task ChangedPaths_NameBothEndsOfARenameAndOddNamesAsTheyAre()
    {
        (Workspace workspace, string commit) = await PrepareAsync();
        GitFolder.At(workspace.Tree).Bash("mv old/name.txt new.txt; echo x > $'ü\\n\"x'");

        string tree = await WorkspaceTree.WriteTreeAsync(workspace, commit, CancellationToken.None);

        IReadOnlyList<string> changed = await WorkspaceTree.ChangedPathsAsync(workspace, commit, tree, CancellationToken.None);
        Assert.Equal(["new.txt", "old/name.txt", "ü\n\"x"], changed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task HooksFiltersAndConfigurationOfTheAgent_AreNotExecuted()
    {
        (Workspace workspace, string commit) = await PrepareAsync();
        string trap = _folder.At("sprung");
        GitFolder.At(workspace.Tree).Bash(
            $"""
            for hook in pre-commit post-checkout post-index-change fsmonitor-watchman reference-transaction; do
              printf '#!/bin/sh\ntouch {trap}\n' > .git/hooks/$hook; chmod +x .git/hooks/$hook
            done
            git config core.fsmonitor 'touch {trap}; false'
            git config filter.evil.clean 'touch {trap}; cat'
            git config filter.evil.smudge 'touch {trap}; cat'
            git config diff.evil.textconv 'touch {trap}; cat'
            git config diff.external 'touch {trap}'
            git config core.hooksPath .git/hooks
            echo '* filter=evil diff=evil' > .gitattributes
            git -c core.fsmonitor=false init -q inner; cp -r .git/hooks .git/config inner/.git/; echo x > inner/x
            echo changed > keep.txt
            rm -f {trap}
            """);

        string tree = await WorkspaceTree.WriteTreeAsync(workspace, commit, CancellationToken.None);
        await PatchAsync(workspace, commit, tree);
        IReadOnlyList<string> changed = await WorkspaceTree.ChangedPathsAsync(workspace, commit, tree, CancellationToken.None);

        Assert.Contains("keep.txt", changed);
        Assert.False(File.Exists(trap));
    }

    [Fact]
    public async Task AgentsGitFolderDestroyed_ChangesAreStillSeen()
    {
        (Workspace workspace, string commit) = await PrepareAsync();
        GitFolder.At(workspace.Tree).Bash("rm -rf .git; echo 'gitdir: /nowhere' > .git; echo more >> keep.txt");

        string tree = await WorkspaceTree.WriteTreeAsync(workspace, commit, CancellationToken.None);

        Assert.Equal(["keep.txt"], await WorkspaceTree.ChangedPathsAsync(workspace, commit, tree, CancellationToken.None));
    }

    [Fact]
    public async Task AgentsGitFolder_SharesNoFileWithTheTrustedOneOrTheSource()
    {
        (Workspace workspace, _) = await PrepareAsync();

        string shared = GitFolder.At(_folder.Path).Bash("find source workspace -type f -links +1 | grep -v hooks || true");
        string alternates = GitFolder.At(workspace.Tree).Bash("cat .git/objects/info/alternates 2>/dev/null || true; git remote");

        Assert.Equal((string.Empty, string.Empty), (shared, alternates));
    }

    [Fact]
    public async Task PreparedTwice_TheFirstStands()
    {
        (Workspace workspace, string commit) = await PrepareAsync();
        File.WriteAllText(Path.Combine(workspace.Tree, "work.txt"), "work");

        await WorkspaceTree.PrepareAsync(WorkspaceTree.At(_folder.At("workspace")), _source.Path, commit, _ => Task.CompletedTask, CancellationToken.None);

        Assert.Equal("work", File.ReadAllText(Path.Combine(workspace.Tree, "work.txt")));
    }

    [Fact]
    public async Task HalfAWorkspaceOfACrash_IsMadeAnew()
    {
        Directory.CreateDirectory(_folder.At("workspace.building", "tree"));
        File.WriteAllText(_folder.At("workspace.building", "tree", "half.txt"), "half");

        (Workspace workspace, _) = await PrepareAsync();

        Assert.False(File.Exists(Path.Combine(workspace.Tree, "half.txt")));
        Assert.True(File.Exists(Path.Combine(workspace.Tree, "keep.txt")));
    }

    [Fact]
    public async Task Source_IsLeftAsItWas()
    {
        string before = _source.Bash("git status --porcelain; find .git -type f | sort | xargs sha1sum");

        await PrepareAsync();

        Assert.Equal(before, _source.Bash("git status --porcelain; find .git -type f | sort | xargs sha1sum"));
    }

    private async Task<(Workspace Workspace, string Commit)> PrepareAsync()
    {
        string commit = _source.Git("rev-parse", "HEAD").Trim();
        await WorkspaceTree.PrepareAsync(WorkspaceTree.At(_folder.At("workspace")), _source.Path, commit, _ => Task.CompletedTask, CancellationToken.None);
        return (WorkspaceTree.At(_folder.At("workspace")), commit);
    }

    private static async Task<byte[]> PatchAsync(Workspace workspace, string commit, string tree)
    {
        using var patch = new MemoryStream();
        await WorkspaceTree.DiffAsync(workspace, commit, tree, patch, CancellationToken.None);
        return patch.ToArray();
    }
}
