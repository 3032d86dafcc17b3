using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tests.Workspaces;

public sealed class SourceRepositoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task NoRef_IsWhatIsCheckedOut()
    {
        GitFolder source = Source();

        string commit = await SourceRepository.ResolveAsync(new WorkspaceSource(source.Path, null), CancellationToken.None);

        Assert.Equal(source.Git("rev-parse", "HEAD").Trim(), commit);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("main~1")]
    [InlineData("refs/tags/v1")]
    public async Task Ref_IsResolvedToItsCommit(string name)
    {
        GitFolder source = Source();
        string first = source.Git("rev-parse", "HEAD").Trim();
        source.Git("-c", "user.name=a", "-c", "user.email=b", "tag", "-a", "-m", "one", "v1");
        source.Write("b", "b");
        source.Commit();

        string commit = await SourceRepository.ResolveAsync(new WorkspaceSource(source.Path, name), CancellationToken.None);

        Assert.Equal(first, commit);
    }

    [Theory]
    [InlineData("missing", null, "doesn't exist")]
    [InlineData("plain", null, "isn't a git repository")]
    [InlineData("dirty", null, "has changes that aren't committed")]
    [InlineData("untracked", null, "has changes that aren't committed")]
    [InlineData("empty", null, "has no commit yet")]
    [InlineData("source/dir", null, "lies inside the repository")]
    [InlineData("source", "nope", "has no commit 'nope'")]
    [InlineData("source", "--all", "has no commit '--all'")]
    public async Task UnusableSource_IsATaskError(string name, string? wanted, string error)
    {
        Source();
        Directory.CreateDirectory(_folder.At("plain"));
        GitFolder.Create(_folder.At("dirty"), ("a", "a")).Write("a", "changed");
        GitFolder.Create(_folder.At("untracked"), ("a", "a")).Write("b", "new");
        Directory.CreateDirectory(_folder.At("empty"));
        GitFolder.At(_folder.At("empty")).Git("init", "-q");

        TaskFileException failure = await Assert.ThrowsAsync<TaskFileException>(
            () => SourceRepository.ResolveAsync(new WorkspaceSource(_folder.At(name), wanted), CancellationToken.None));

        Assert.Contains(error, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dir/a.txt", 1)]
    [InlineData("./dir/a.txt", 1)]
    [InlineData("dir/../dir/a.txt", 1)]
    [InlineData(".github/workflow.yaml", 8)]
    [InlineData("dir", null)]
    [InlineData("dir/", null)]
    [InlineData(".", null)]
    [InlineData("dir/*", null)]
    [InlineData("github/workflow.yaml", null)]
    [InlineData("b.txt", null)]
    public async Task File_IsLookedForInTheCommit(string path, int? expected)
    {
        GitFolder source = Source();

        long? size = await SourceRepository.SizeOfAsync(new WorkspaceSource(source.Path, null), "HEAD", path, CancellationToken.None);

        Assert.Equal(expected, size);
    }

    private GitFolder Source() => GitFolder.Create(_folder.At("source"), ("dir/a.txt", "a"), (".github/workflow.yaml", "workflow"));
}
