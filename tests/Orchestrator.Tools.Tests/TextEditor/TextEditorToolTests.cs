using System.Security.Cryptography;
using System.Text;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.TextEditor;

public sealed class TextEditorToolTests : IDisposable
{
    private readonly ToolRig _rig = new(("Tools:TextEditor:FileBytes", "100000"));

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Create_MakesTheFileAndTheFoldersAboveIt()
    {
        ToolResult result = await _rig.EditAsync(new { command = "create", path = "a/b/c.txt", file_text = "one\n" }, 1);

        Assert.Equal((0, true, "one\n"), (result.ExitCode, result.MayHaveChangedFiles, Content("a/b/c.txt")));
    }

    [Fact]
    public async Task View_NumbersTheLines()
    {
        Put("f", "one\ntwo\nthree");

        Assert.Equal("     1\tone\n     2\ttwo\n     3\tthree\n", await ViewAsync(new { command = "view", path = "/workspace/f" }, 1));
        Assert.Equal("     2\ttwo\n     3\tthree\n", await ViewAsync(new { command = "view", path = "f", view_range = (int[])[2, -1] }, 2));
        Assert.Equal("     2\ttwo\n", await ViewAsync(new { command = "view", path = "f", view_range = (int[])[2, 2] }, 3));
    }

    [Fact]
    public async Task FileThatWasShownOrWritten_IsNamedWithItsHash()
    {
        Put("f", "one\n");
        string before = Convert.ToHexStringLower(SHA256.HashData("one\n"u8));
        string after = Convert.ToHexStringLower(SHA256.HashData("two\n"u8));

        ToolResult shown = await _rig.EditAsync(new { command = "view", path = "f" }, 1);
        ToolResult edited = await _rig.EditAsync(new { command = "str_replace", path = "f", old_str = "one", new_str = "two" }, 2);
        ToolResult again = await _rig.EditAsync(new { command = "view", path = "f" }, 1);
        ToolResult missing = await _rig.EditAsync(new { command = "view", path = "none" }, 3);

        Assert.Equal((before, after, before), (shown.File?.Hash, edited.File?.Hash, again.File?.Hash));
        Assert.Equal(("/workspace/f", "/workspace/f"), (shown.File?.Path, edited.File?.Path));
        Assert.Null(missing.File);
    }

    [Fact]
    public async Task ViewOfAFolder_ListsTwoLevelsWithoutHiddenOnes()
    {
        Put("a/b/deep", "");
        Put("a/.hidden", "");
        Put(".git/config", "");
        Put("z", "");

        string text = await ViewAsync(new { command = "view", path = "/workspace" }, 1);

        Assert.Equal(["a/", "a/b/", "z", ""], text.Split('\n')[1..]);
    }

    [Fact]
    public async Task Replace_ChangesTheOneMatchAndKeepsTheMode()
    {
        Put("run.sh", "#!/bin/sh\necho old\n");
        File.SetUnixFileMode(_rig.FileInTree("run.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await _rig.EditAsync(new { command = "str_replace", path = "run.sh", old_str = "old", new_str = "new" }, 1);

        Assert.Equal("#!/bin/sh\necho new\n", Content("run.sh"));
        Assert.True(File.GetUnixFileMode(_rig.FileInTree("run.sh")).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task ManyMatches_ErrorNamesTheirLines()
    {
        Put("f", "x\ny\nx\nx\n");

        string error = await ErrorAsync(new { command = "str_replace", path = "f", old_str = "x", new_str = "z" }, 1);

        Assert.Contains("found 3 times in f, at lines 1, 3, 4.", error, StringComparison.Ordinal);
        Assert.Equal("x\ny\nx\nx\n", Content("f"));
    }

    [Fact]
    public async Task NoMatchButForBlanks_ErrorNamesTheLine()
    {
        Put("f", "a\n\tif (b)\n");

        string error = await ErrorAsync(new { command = "str_replace", path = "f", old_str = "    if (b)", new_str = "" }, 1);

        Assert.Contains("like line 2", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "new\none\ntwo")]
    [InlineData(1, "one\nnew\ntwo")]
    [InlineData(2, "one\ntwo\nnew\n")]
    public async Task Insert_GoesAfterTheLine(int line, string expected)
    {
        Put("f", "one\ntwo");

        await _rig.EditAsync(new { command = "insert", path = "f", insert_line = line, insert_text = "new" }, 1);

        Assert.Equal(expected, Content("f"));
    }

    [Fact]
    public async Task FileWithCarriageReturns_KeepsThem()
    {
        Put("f", "one\r\ntwo\r\nthree\r\n");

        await _rig.EditAsync(new { command = "str_replace", path = "f", old_str = "one\ntwo", new_str = "1\n2" }, 1);
        await _rig.EditAsync(new { command = "insert", path = "f", insert_line = 3, insert_text = "four" }, 2);

        Assert.Equal("1\r\n2\r\nthree\r\nfour\r\n", Content("f"));
    }

    [Fact]
    public async Task ByteOrderMark_StaysFirst()
    {
        Put("f", "\uFEFFone\n");

        await _rig.EditAsync(new { command = "insert", path = "f", insert_line = 0, insert_text = "zero" }, 1);

        Assert.Equal("\uFEFFzero\none\n", Content("f"));
    }

    [Theory]
    [InlineData("../x", "outside")]
    [InlineData("/etc/passwd", "outside")]
    [InlineData("/workspace/../etc/passwd", "outside")]
    [InlineData("/proc/self/root/etc/passwd", "outside")]
    [InlineData("link", "outside")]
    [InlineData("linked/passwd", "outside")]
    [InlineData("missing", "does not exist")]
    [InlineData("fifo", "neither a file nor a folder")]
    [InlineData("binary", "not UTF-8")]
    [InlineData("latin", "not UTF-8")]
    [InlineData("large", "larger than 100000 bytes")]
    [InlineData("", "'path' must")]
    public async Task FileThatCannotBeUsed_IsAnErrorForViewAndEdit(string path, string reason)
    {
        await _rig.BashAsync("ln -s /etc/passwd link; ln -s /etc linked; mkfifo fifo; truncate -s 200000 large; printf 'a\\0b' >binary; printf '\\xe9' >latin", 9);

        string view = await ErrorAsync(new { command = "view", path }, 1);
        string edit = await ErrorAsync(new { command = "str_replace", path, old_str = "root", new_str = "x" }, 2);

        Assert.Contains(reason, view, StringComparison.Ordinal);
        Assert.Contains(reason, edit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateThroughALinkToOutside_IsRefused()
    {
        string outside = Directory.CreateDirectory(Path.Combine(_rig.Root, "outside")).FullName;
        File.CreateSymbolicLink(_rig.FileInTree("link"), outside);

        string error = await ErrorAsync(new { command = "create", path = "link/x", file_text = "x" }, 1);

        Assert.Contains("outside /workspace", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Fact]
    public async Task LinkWithinTheWorkspace_StaysALink()
    {
        Put("target", "one\n");
        File.CreateSymbolicLink(_rig.FileInTree("link"), "target");

        await _rig.EditAsync(new { command = "create", path = "link", file_text = "two\n" }, 1);

        Assert.Equal("target", new FileInfo(_rig.FileInTree("link")).LinkTarget);
        Assert.Equal("two\n", Content("target"));
    }

    [Theory]
    [InlineData("-rf")]
    [InlineData("new\nline")]
    [InlineData("$(touch pwned)")]
    [InlineData("ende\n")]
    [InlineData("ünï")]
    public async Task StrangeName_IsJustAName(string name)
    {
        await _rig.EditAsync(new { command = "create", path = name, file_text = "one" }, 1);
        await _rig.EditAsync(new { command = "str_replace", path = name, old_str = "one", new_str = "two" }, 2);

        Assert.Equal([name], Directory.EnumerateFileSystemEntries(_rig.Workspace.Tree).Select(Path.GetFileName));
        Assert.Equal("two", Content(name));
    }

    [Theory]
    [InlineData("""{"command":"undo_edit","path":"f"}""", "no command of the editor")]
    [InlineData("""{"path":"f"}""", "'command' is required")]
    [InlineData("""{"command":"view","path":"f","view_range":[1]}""", "'view_range' must be")]
    [InlineData("""{"command":"view","path":"f","view_range":[5,9]}""", "has 1 lines")]
    [InlineData("""{"command":"insert","path":"f","insert_text":"x"}""", "'insert_line' is required")]
    [InlineData("""{"command":"insert","path":"f","insert_text":"x","insert_line":7}""", "lines 0 (the beginning) to 1")]
    [InlineData("""{"command":"str_replace","path":"f","old_str":""}""", "must not be empty")]
    [InlineData("nonsense", "not valid JSON")]
    public async Task ArgumentsThatCannotBeCarriedOut_AreAResultThatSaysWhy(string arguments, string reason)
    {
        Put("f", "one\n");

        ToolOutcome outcome = await _rig.CallAsync(_rig.Editor, arguments);

        ToolResult result = Assert.IsType<ToolOutcome.Finished>(outcome).Result;
        Assert.Equal((1, false), (result.ExitCode, result.MayHaveChangedFiles));
        Assert.Contains(reason, ToolRig.Text(result), StringComparison.Ordinal);
    }

    private async Task<string> ViewAsync(object arguments, int call)
    {
        ToolResult result = await _rig.EditAsync(arguments, call);
        Assert.Equal((0, false), (result.ExitCode, result.MayHaveChangedFiles));
        return ToolRig.Text(result);
    }

    private async Task<string> ErrorAsync(object arguments, int call)
    {
        ToolResult result = await _rig.EditAsync(arguments, call);
        Assert.Equal((1, false), (result.ExitCode, result.MayHaveChangedFiles));
        return ToolRig.Text(result);
    }

    private void Put(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_rig.FileInTree(name))!);
        File.WriteAllBytes(_rig.FileInTree(name), Encoding.UTF8.GetBytes(text));
    }

    private string Content(string name) => Encoding.UTF8.GetString(File.ReadAllBytes(_rig.FileInTree(name)));
}
