using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.ApplyPatch;

public sealed class ApplyPatchToolTests : IDisposable
{
    private readonly ToolRig _rig = new(("Tools:TextEditor:FileBytes", "100000"));

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task SeveralFiles_AreChangedByOnePatch()
    {
        Put("a.txt", "one\ntwo\nthree\n");
        Put("gone.txt", "x\n");
        Put("old/name.txt", "first\nlast\n");
        File.SetUnixFileMode(_rig.FileInTree("old/name.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        ToolResult result = await _rig.PatchAsync(
            """
            *** Begin Patch
            *** Update File: a.txt
            @@
             one
            -two
            +2
            *** Delete File: gone.txt
            *** Add File: new/b.txt
            +hello
            +
            +world
            *** Update File: old/name.txt
            *** Move to: new/name.txt
            @@ first
            +middle
            *** End Patch
            """);

        Assert.Equal("Applied the patch.\nM a.txt\nD gone.txt\nA new/b.txt\nR old/name.txt -> new/name.txt\n", ToolRig.Text(result));
        Assert.Equal((0, true), (result.ExitCode, result.MayHaveChangedFiles));
        Assert.Equal(("one\n2\nthree\n", "hello\n\nworld\n", "first\nmiddle\nlast\n"), (Content("a.txt"), Content("new/b.txt"), Content("new/name.txt")));
        Assert.False(File.Exists(_rig.FileInTree("gone.txt")) || File.Exists(_rig.FileInTree("old/name.txt")));
        Assert.True(File.GetUnixFileMode(_rig.FileInTree("new/name.txt")).HasFlag(UnixFileMode.UserExecute));
    }

    [Theory]
    [InlineData("a\nb\nc\n", " a\n-b\n+B\n c", "a\nB\nc\n")]
    [InlineData("a\r\nb\r\nc\r\n", " a\n-b\n+B\n c", "a\r\nB\r\nc\r\n")]
    [InlineData("a\nb", " a\n-b\n+B", "a\nB")]
    [InlineData("a\nb", "@@ b\n+c", "a\nb\nc")]
    [InlineData("a\r\nb", "@@ b\n+c", "a\r\nb\r\nc")]
    [InlineData("\uFEFFa\nb\n", "-a\n+A\n b", "\uFEFFA\nb\n")]
    [InlineData("a\nb\n", "-a\n-b", "")]
    [InlineData("", "+a", "a\n")]
    [InlineData("a\nb\n", "+z", "a\nb\nz\n")]
    [InlineData("a\nb\na\nb\n", "@@\n a\n-b\n+1\n@@\n a\n-b\n+2", "a\n1\na\n2\n")]
    [InlineData("a\nb\na\nb\n", "-b\n+1\n*** End of File", "a\nb\na\n1\n")]
    [InlineData("class A\n  f\n    x\nclass B\n  f\n    x\n", "@@ class B\n@@   f\n-    x\n+    y", "class A\n  f\n    x\nclass B\n  f\n    y\n")]
    [InlineData("def f():\n  x\n", "@@ def f():\n def f():\n-  x\n+  y", "def f():\n  y\n")]
    [InlineData("a\nb\n", "@@ -1,2 +1,2 @@ def f\n a\n-b\n+c", "a\nc\n")]
    [InlineData("a\nb\n", " a\n-b\n+c\n\\ No newline at end of file", "a\nc\n")]
    [InlineData("a\n\nb\n", " a\n\n-b\n+c", "a\n\nc\n")]
    [InlineData("a\nb\n", "-a\n+c\n\n@@\n-b\n+d", "c\nd\n")]
    public async Task Hunks_AreAppliedAndAllElseIsKept(string before, string hunks, string after)
    {
        Put("f", before);

        ToolResult result = await _rig.PatchAsync(Update("f", hunks));

        Assert.Equal((0, after), (result.ExitCode, Content("f")));
    }

    [Theory]
    [InlineData("a  \nb\n", " a\n-b\n+c", "a  \nc\n", "only when blanks at the ends of lines were ignored")]
    [InlineData("\tif (x)\n\t\ty();\n", " if (x)\n-  y();\n+\t\tz();", "\tif (x)\n\t\tz();\n", "only when blanks were ignored")]
    [InlineData("a\nb\na\nb\n", " a\n-b\n+c", "a\nc\na\nb\n", "fits in 2 places; the first one, at line 1, was taken")]
    public async Task HunkThatFitsNotExactly_IsAppliedAndSaidSo(string before, string hunks, string after, string note)
    {
        Put("f", before);

        ToolResult result = await _rig.PatchAsync(Update("f", hunks));

        Assert.Equal(after, Content("f"));
        Assert.Contains(note, ToolRig.Text(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" one\n-2\n+x", "f, hunk 1: what it expects to be there was not found. The closest is at line 1, where 1 of 2 lines are the same:\n     1\tone\n     2\ttwo\n")]
    [InlineData("-nine\n+x", "No line of it is anywhere in the file")]
    [InlineData("@@ nine\n+x", "hunk 1: its '@@ nine' was not found")]
    [InlineData("-three\n+3\n@@\n-one\n+1", "hunk 2: what it expects to be there was not found behind line 3. It stands at line 1: write hunks in the order")]
    [InlineData("-one\n+x\n*** End of File", "that is not the end of the file")]
    [InlineData("@@ one", "the hunk has no line that stays")]
    [InlineData("*** Move to: ", "the path is missing")]
    [InlineData("one", "line 3 of the patch, 'one': a line of a hunk begins with")]
    [InlineData("", "but no hunk says how")]
    [InlineData("-one\n+one", "it would change nothing")]
    public async Task HunkThatDoesNotFit_IsRefusedWithWhatMendsIt(string hunks, string error)
    {
        Put("f", "one\ntwo\nthree\n");

        ToolResult result = await _rig.PatchAsync(Update("f", hunks));

        Assert.Equal((1, false, "one\ntwo\nthree\n"), (result.ExitCode, result.MayHaveChangedFiles, Content("f")));
        Assert.Contains(error, ToolRig.Text(result), StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", ToolRig.Text(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*** Update File: f\n-one\n+1\n*** End Patch", "a patch begins with '*** Begin Patch'")]
    [InlineData("*** Begin Patch\n*** Update File: f\n-one\n+1\n", "'*** End Patch' is missing")]
    [InlineData("*** Begin Patch\n*** End Patch", "it names no file")]
    [InlineData("*** Begin Patch\n*** Change File: f\n*** End Patch", "expected is '*** Add File: '")]
    [InlineData("*** Begin Patch\n*** Add File: g\ng\n*** End Patch", "every line of a new file begins with '+'")]
    [InlineData("*** Begin Patch\n*** Delete File: f\n*** End Patch\nmore", "nothing may follow")]
    [InlineData("*** Begin Patch\n*** Add File: f\n+x\n*** End Patch", "f exists already")]
    [InlineData("*** Begin Patch\n*** Delete File: none\n*** End Patch", "none does not exist")]
    [InlineData("*** Begin Patch\n*** Delete File: .\n*** End Patch", ". is a folder")]
    [InlineData("*** Begin Patch\n*** Update File: f\n*** Move to: g\n*** End Patch", "f can't be moved to g, which exists already")]
    [InlineData("*** Begin Patch\n*** Delete File: f\n*** Add File: f/x\n+x\n*** End Patch", "can't be a file and the folder of")]
    [InlineData("*** Begin Patch\n*** Update File: binary\n-a\n+b\n*** End Patch", "is not UTF-8 text")]
    [InlineData("*** Begin Patch\n*** Update File: f\n-one\n+1\n*** Delete File: none\n*** End Patch", "none does not exist")]
    [InlineData("*** Begin Patch\n*** Add File: ../out\n+x\n*** End Patch", "lies outside /workspace")]
    [InlineData("*** Begin Patch\n*** Add File: /etc/passwd\n+x\n*** End Patch", "lies outside /workspace")]
    [InlineData("*** Begin Patch\n*** Add File: .git/hooks/pre-commit\n+x\n*** End Patch", "is in a git folder")]
    [InlineData("*** Begin Patch\n*** Add File: sub/../.GIT/config\n+x\n*** End Patch", "is in a git folder")]
    [InlineData("*** Begin Patch\n*** Update File: link\n-one\n+1\n*** End Patch", "link is a link, or leads through one, to /workspace/f")]
    [InlineData("*** Begin Patch\n*** Add File: linked/new\n+x\n*** End Patch", "a patch follows no links")]
    [InlineData("*** Begin Patch\n*** Add File: away/new\n+x\n*** End Patch", "lies outside /workspace")]
    [InlineData("*** Begin Patch\n*** Add File: hanging\n+x\n*** End Patch", "a patch follows no links")]
    public async Task PatchThatCannotBeAppliedAsAWhole_ChangesNothing(string patch, string error)
    {
        Put("f", "one\n");
        Put("g", "two\n");
        Put("folder/x", "");
        File.WriteAllBytes(_rig.FileInTree("binary"), [0xff, 0xfe, 0]);
        File.CreateSymbolicLink(_rig.FileInTree("link"), "f");
        File.CreateSymbolicLink(_rig.FileInTree("linked"), "folder");
        File.CreateSymbolicLink(_rig.FileInTree("away"), "/tmp");
        File.CreateSymbolicLink(_rig.FileInTree("hanging"), "nowhere");
        string[] before = Listing();

        ToolResult result = await _rig.PatchAsync(patch);

        Assert.Equal((1, false), (result.ExitCode, result.MayHaveChangedFiles));
        Assert.Contains(error, ToolRig.Text(result), StringComparison.Ordinal);
        Assert.Equal(before, Listing());
        Assert.Equal("one\n", Content("f"));
    }

    [Theory]
    [InlineData("""{"operation":{"type":"create_file","path":"n/new","diff":"+a\n+b\n"}}""", "n/new", "a\nb\n")]
    [InlineData("""{"operation":{"type":"update_file","path":"f","diff":"@@ one\n-two\n+2\n"}}""", "f", "one\n2\nthree\n")]
    [InlineData("""{"operation":{"type":"update_file","path":"/workspace/f","diff":" two\n-three\n+3\n*** End of File\n"}}""", "f", "one\ntwo\n3\n")]
    [InlineData("""{"operation":{"type":"delete_file","path":"f"}}""", "f", null)]
    public async Task Operation_IsCarriedOut(string arguments, string path, string? after)
    {
        Put("f", "one\ntwo\nthree\n");

        ToolResult result = Assert.IsType<ToolOutcome.Finished>(await _rig.CallAsync(_rig.Patch, arguments)).Result;

        Assert.Equal((0, after), (result.ExitCode, File.Exists(_rig.FileInTree(path)) ? Content(path) : null));
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("{}", "'input' is required")]
    [InlineData("""{"operation":{"type":"move_file","path":"f"}}""", "'move_file' is no operation")]
    [InlineData("""{"operation":{"type":"update_file","path":"f"}}""", "needs a 'diff'")]
    [InlineData("""{"operation":{"type":"create_file","path":"g","diff":"a"}}""", "begins with '+'")]
    [InlineData("""{"operation":{"type":"update_file","path":"f","diff":"-a\n*** Delete File: f\n"}}""", "the diff of one file has no such line")]
    [InlineData("""{"operation":{"type":"delete_file"}}""", "'path' is required")]
    public async Task WrongArguments_AreAnsweredWithWhatMendsThem(string arguments, string error)
    {
        ToolResult result = Assert.IsType<ToolOutcome.Finished>(await _rig.CallAsync(_rig.Patch, arguments)).Result;

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(error, ToolRig.Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileNamedTwice_IsChangedTwiceInTheOrderOfThePatch()
    {
        Put("f", "one\ntwo\n");

        await _rig.PatchAsync("*** Begin Patch\n*** Update File: f\n-two\n+2\n*** Update File: f\n 2\n+3\n*** Update File: f\n*** Move to: g\n*** Add File: f\n+new\n*** End Patch");

        Assert.Equal(("new\n", "one\n2\n3\n"), (Content("f"), Content("g")));
    }

    [Fact]
    public async Task OneChangedFile_IsNamedWithItsHash()
    {
        Put("f", "one\n");

        ToolResult result = await _rig.PatchAsync(Update("f", "-one\n+two"));

        Assert.Equal(new FileVersion("/workspace/f", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("two\n"u8))), result.File);
    }

    [Fact(Timeout = 60_000)]
    public async Task FileOfEqualLines_CostsNoSquareOfItsLength()
    {
        Put("f", string.Concat(Enumerable.Repeat("\n", 90_000)) + "end\n");
        string hunk = string.Concat(Enumerable.Repeat(" \n", 45_000)) + "-none\n+x";

        ToolResult result = await _rig.PatchAsync(Update("f", hunk));

        Assert.Contains("was not found", ToolRig.Text(result), StringComparison.Ordinal);
    }

    private static string Update(string path, string hunks) => $"*** Begin Patch\n*** Update File: {path}\n{hunks}\n*** End Patch\n";

    private void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_rig.FileInTree(path))!);
        File.WriteAllBytes(_rig.FileInTree(path), new System.Text.UTF8Encoding(false).GetBytes(text));
    }

    private string Content(string path) => System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(_rig.FileInTree(path)));

    private string[] Listing() => [.. Directory.EnumerateFileSystemEntries(_rig.Workspace.Tree, "*", SearchOption.TopDirectoryOnly).Order()];
}
