using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.ApplyPatch;
using Orchestrator.Tools.Supervision;
using Orchestrator.Tools.TextEditor;

namespace Orchestrator.Tools.Tests.TextEditor;

/// <summary>Many files at once: what they cost is sandboxes.</summary>
public sealed class WorkspaceFilesTests : IDisposable
{
    private const int FileBytes = 100_000;

    private readonly ToolRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task PatchOfManyFiles_StartsTwoSandboxes()
    {
        CountingSandbox sandbox = new(_rig.Sandbox);
        string[] names = [.. Enumerable.Range(0, 20).Select(index => $"folder {index}/f\u00e9")];
        string patch = $"*** Begin Patch\n{string.Concat(names.Select(name => $"*** Add File: {name}\n+{name}\n"))}*** End Patch";

        ToolOutcome outcome = await _rig.CallAsync(new ApplyPatchTool(Open(sandbox)), $$"""{"input":{{System.Text.Json.JsonSerializer.Serialize(patch)}}}""");

        Assert.Equal(0, Assert.IsType<ToolOutcome.Finished>(outcome).Result.ExitCode);
        Assert.All(names, name => Assert.Equal($"{name}\n", File.ReadAllText(_rig.FileInTree(name))));
        Assert.Equal(2, sandbox.Starts);
    }

    [Fact]
    public async Task MoreThanOneLookShows_IsShownByFurtherOnes()
    {
        CountingSandbox sandbox = new(_rig.Sandbox);
        byte[][] contents = [.. Enumerable.Range(0, 5).Select(index => Enumerable.Repeat((byte)index, 40_000).ToArray())];
        for (int i = 0; i < contents.Length; i++)
        {
            File.WriteAllBytes(_rig.FileInTree($"f{i}"), contents[i]);
        }

        IReadOnlyList<FileLook> looks = await Open(sandbox).LookAsync(_rig.Workspace, ["none", "f0", "f1", "", "f2", "f3", "f4", "/etc"], CancellationToken.None);

        Assert.IsType<FileLook.Missing>(looks[0]);
        Assert.IsType<FileLook.Refused>(looks[3]);
        Assert.Contains("lies outside", Assert.IsType<FileLook.Refused>(looks[7]).Reason, StringComparison.Ordinal);
        int[] places = [1, 2, 4, 5, 6];
        Assert.All(places.Zip(contents), each => Assert.True(Assert.IsType<FileLook.Present>(looks[each.First]).Content.Span.SequenceEqual(each.Second)));
        Assert.Equal(3, sandbox.Starts);
    }

    [Fact]
    public async Task PathThatLeadsInACircle_LeadsNowhere()
    {
        Directory.CreateSymbolicLink(_rig.FileInTree("circle"), "circle");
        File.WriteAllText(_rig.FileInTree("a"), "x");

        IReadOnlyList<FileLook> looks = await Open(_rig.Sandbox).LookAsync(_rig.Workspace, ["a", "circle/b", "circle", "a"], CancellationToken.None);

        Assert.Equal(["Present", "Missing", "Refused", "Present"], looks.Select(look => look.GetType().Name));
    }

    /// <summary>Names that a shell would make something of.</summary>
    [Fact]
    public async Task OddNames_AreNames()
    {
        string[] names = ["a]b", "$(touch x)", "a b*", "`id`", "'\"", "a\\nb", "@", "*", "-n", "a\tb", "\u00e9"];
        foreach (string name in names)
        {
            File.WriteAllText(_rig.FileInTree(name), name);
        }

        IReadOnlyList<FileLook> looks = await Open(_rig.Sandbox).LookAsync(_rig.Workspace, names, CancellationToken.None);

        Assert.Equal(names, looks.Select(look => Encoding.UTF8.GetString(Assert.IsType<FileLook.Present>(look).Content.Span)));
        Assert.Equal(names.Length, Directory.GetFileSystemEntries(_rig.Workspace.Tree).Length);
    }

    /// <summary>Whatever bytes it has, also those that end a field.</summary>
    [Fact]
    public async Task BytesAndModes_ArePutAndShownAsTheyAre()
    {
        byte[] bytes = [0, 255, 10, 0, 13, 0];
        FileWrite[] writes =
        [
            Put("new\nline/a", bytes, "755"), Put("empty", [], null), Put("-x", bytes, "600"), new("/workspace/gone/none", FileState.Missing, null),
        ];

        string? failure = await Open(_rig.Sandbox).WriteAsync(_rig.Workspace, writes, CancellationToken.None);

        Assert.Null(failure);
        string[] names = ["new\nline/a", "empty", "-x", "gone"];
        IReadOnlyList<FileLook> together = await Open(_rig.Sandbox).LookAsync(_rig.Workspace, names, CancellationToken.None);
        Assert.Equal(["755", "644", "600"], together.OfType<FileLook.Present>().Select(look => look.Mode));
        Assert.Equal([bytes, [], bytes], together.OfType<FileLook.Present>().Select(look => look.Content.ToArray()));
        Assert.IsType<FileLook.Missing>(together[3]);
        FileLook.Present alone = Assert.IsType<FileLook.Present>(await Open(_rig.Sandbox).LookAsync(_rig.Workspace, names[0], CancellationToken.None));
        Assert.Equal("755", alone.Mode);
        Assert.Equal(bytes, alone.Content.ToArray());
        AssertNothingStaged();
    }

    /// <summary>A build that runs next must see that the file is newer than what it made a moment ago.</summary>
    [Fact]
    public async Task WrittenFile_HasTheTimeOfItsWriting()
    {
        File.WriteAllText(_rig.FileInTree("built"), "");

        await Open(_rig.Sandbox).WriteAsync(_rig.Workspace, [Put("source", [1], null)], CancellationToken.None);

        Assert.True(File.GetLastWriteTimeUtc(_rig.FileInTree("source")) > File.GetLastWriteTimeUtc(_rig.FileInTree("built")));
    }

    /// <summary>What was killed in its midst may have left a name that only the memory knows: it is synced, and not written again.</summary>
    [Fact]
    public async Task FileThatIsThereAlready_IsLeftAsItIs()
    {
        File.WriteAllText(_rig.FileInTree("a"), "x");
        DateTime before = File.GetLastWriteTimeUtc(_rig.FileInTree("a"));

        Assert.Null(await Open(_rig.Sandbox).WriteAsync(_rig.Workspace, [new("/workspace/a", null, null), new("/workspace/no/b", null, null)], CancellationToken.None));

        Assert.Equal(("x", before), (File.ReadAllText(_rig.FileInTree("a")), File.GetLastWriteTimeUtc(_rig.FileInTree("a"))));
    }

    [Fact]
    public async Task TheFirstThatCannotBeWritten_IsNamed()
    {
        Directory.CreateDirectory(_rig.FileInTree("locked"));
        Directory.CreateSymbolicLink(_rig.FileInTree("link"), "locked");
        File.SetUnixFileMode(_rig.FileInTree("locked"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        string? folder = await Open(_rig.Sandbox).WriteAsync(_rig.Workspace, [Put("a", [1]), Put("locked/b", [1]), Put("c", [1])], CancellationToken.None);
        string? link = await Open(_rig.Sandbox).WriteAsync(_rig.Workspace, [Put("link/x", [1])], CancellationToken.None);

        Assert.Matches("^/workspace/locked/b could not be written: .*Permission denied", folder);
        Assert.Equal("/workspace/link/x could not be written: the folder /workspace/link has become a link", link);
        Assert.Equal((true, false, 0), (File.Exists(_rig.FileInTree("a")), File.Exists(_rig.FileInTree("c")), Directory.GetFileSystemEntries(_rig.FileInTree("locked")).Length));
        File.SetUnixFileMode(_rig.FileInTree("locked"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AssertNothingStaged();
    }

    /// <summary>Whoever saved it in the moment between keeps what was saved, and all others are as they were.</summary>
    [Theory]
    [InlineData("other", "one", "two")]
    [InlineData("other", null, "two")]
    [InlineData(null, "one", "two")]
    [InlineData("other", "one", null)]
    [InlineData("other", "folder", "two")]
    public async Task FileThatChangedSinceItWasLookedAt_KeepsAllFromBeingWritten(string? now, string? looked, string? after)
    {
        File.WriteAllText(_rig.FileInTree("first"), "1");
        if (looked == "folder")
        {
            Directory.CreateDirectory(_rig.FileInTree("second"));
        }
        else if (now is not null)
        {
            File.WriteAllText(_rig.FileInTree("second"), now);
        }

        FileWrite second = new(
            "/workspace/second", after is null ? FileState.Missing : new FileState(Encoding.UTF8.GetBytes(after), null), looked is null ? null : HashOf(looked));
        string? failure = await Open(_rig.Sandbox).WriteAsync(
            _rig.Workspace, [new("/workspace/first", new FileState(new byte[1], null), HashOf("1")), second], CancellationToken.None);

        Assert.Equal("the files could not be written: /workspace/second has changed since it was looked at", failure);
        Assert.Equal("1", File.ReadAllText(_rig.FileInTree("first")));
        Assert.Equal(looked == "folder" ? null : now, File.Exists(_rig.FileInTree("second")) ? File.ReadAllText(_rig.FileInTree("second")) : null);
        AssertNothingStaged();
    }

    /// <summary>Whoever writes dies with a part of the input sent: no file is touched, wherever it breaks off.</summary>
    [Fact]
    public async Task InputThatBreaksOff_ChangesNothing()
    {
        string[] names = ["a", "b", "c"];
        foreach (string name in names)
        {
            File.WriteAllText(_rig.FileInTree(name), name);
        }

        FileWrite[] writes = [Replace("a"), new("/workspace/b", FileState.Missing, HashOf("b")), Replace("c"), Put("d", [1])];
        ReadOnlyMemory<byte> whole = FileWriteInput.Of(writes);
        string script = EmbeddedScript.Read("write.sh");

        // Within the fields, and behind them at every block of the archive until its last file is whole: a block of header and one of
        // content for each of the three, and two that end it.
        int fields = whole.Length - (8 * 512);
        Assert.Equal("0\0"u8, whole.Span[fields..(fields + 2)]);
        int[] cuts = [0, 1, fields / 2, fields - 1, .. Enumerable.Range(0, 6).Select(block => fields + (block * 512))];
        foreach (int cut in cuts)
        {
            SandboxOutput output = await _rig.Sandbox.RunAsync(
                _rig.Workspace, ["/bin/bash", "--noprofile", "--norc", "-c", script, "editor"], whole[..cut], CancellationToken.None);

            Assert.True(output.ExitCode != 0, $"The first {cut} of {whole.Length} bytes were enough.");
            Assert.Equal(names, names.Select(name => File.ReadAllText(_rig.FileInTree(name))));
            Assert.False(File.Exists(_rig.FileInTree("d")));
        }

        Assert.Null(await Open(_rig.Sandbox).WriteAsync(_rig.Workspace, writes, CancellationToken.None));
        AssertNothingStaged();
    }

    [Fact]
    public async Task MoreThanOneWriteTakes_IsWrittenByFurtherOnes()
    {
        CountingSandbox sandbox = new(_rig.Sandbox);
        FileWrite[] writes = [Put("a", new byte[10 << 20]), Put("b", new byte[7 << 20]), .. Enumerable.Range(0, 200).Select(index => Put($"many/{index}", [1]))];

        Assert.Null(await Open(sandbox).WriteAsync(_rig.Workspace, writes, CancellationToken.None));

        Assert.Equal((10 << 20, 7 << 20), (new FileInfo(_rig.FileInTree("a")).Length, new FileInfo(_rig.FileInTree("b")).Length));
        Assert.Equal(200, Directory.GetFiles(_rig.FileInTree("many")).Length);
        Assert.Equal(3, sandbox.Starts);
    }

    [Theory]
    [InlineData("file\0/workspace/a\0644\05\0abc", 0)]
    [InlineData("file\0/workspace/a\0644\03\0abc", 0)]
    [InlineData("file\0/workspace/a\0644\03\0abc\0missing\0/workspace", 1)]
    [InlineData("missing\0/workspace/a\0file\0/workspace/b\0644\07\0abc\0missing\0", 1)]
    [InlineData("file\0/workspace/a\0644\03\0abcd\0missing\0/workspace/b\0", 0)]
    [InlineData("file\0/workspace/a\0644\03\0abc\0\0missing\0/workspace/b\0", 0)]
    [InlineData("file\0/workspace/a\0644\03\0abc\0missing\0/workspace/b\0", 2)]
    [InlineData("", 0)]
    public void OutputThatBreaksOff_IsReadAsFarAsItIsWhole(string output, int whole) =>
        Assert.Equal(whole, FileLookReader.Read(["a", "b"], Encoding.UTF8.GetBytes(output), FileBytes).Count);

    private void AssertNothingStaged() =>
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_rig.Workspace.Tree), entry => Path.GetFileName(entry).StartsWith(".edit", StringComparison.Ordinal));

    private static FileWrite Put(string name, byte[] content, string? mode = null) => new($"/workspace/{name}", new FileState(content, mode), null);

    private static FileWrite Replace(string name) => Put(name, [1]) with { Found = HashOf(name) };

    private static string HashOf(string text) => EditJournal.HashOf(Encoding.UTF8.GetBytes(text));

    private static WorkspaceFiles Open(ISandbox sandbox) => new(sandbox, Options.Create(new TextEditorOptions { FileBytes = FileBytes }));

    private sealed class CountingSandbox(ISandbox inner) : ISandbox
    {
        public int Starts { get; private set; }

        public Task<string?> CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

        public Task<SandboxOutput> RunAsync(Workspace workspace, IReadOnlyList<string> command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
        {
            Starts++;
            return inner.RunAsync(workspace, command, input, cancellationToken);
        }
    }
}
