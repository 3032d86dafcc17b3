using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.FileSearch;
using Orchestrator.Tools.Supervision;

namespace Orchestrator.Tools.Tests.FileSearch;

public sealed class SearchToolTests : IDisposable
{
    private readonly ToolRig _rig = new(("Tools:FileSearch:Shown", "5"), ("Tools:FileSearch:Timeout", "00:00:02"));

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Pattern_FindsLinesWithFileAndNumber()
    {
        Put("src/a.cs", "one\nint Total(int x)\nthree\n");
        Put("src/b.cs", "Total\n");
        Put("c.txt", "no\n");

        ToolResult found = await SearchAsync(new { pattern = @"Total\(?\w*\b" });
        ToolResult none = await SearchAsync(new { pattern = "absent" });

        Assert.Equal((0, false, "src/a.cs:\n     2: int Total(int x)\nsrc/b.cs:\n     1: Total\n"), (found.ExitCode, found.MayHaveChangedFiles, ToolRig.Text(found)));
        Assert.Equal((1, "Nothing was found.\n"), (none.ExitCode, ToolRig.Text(none)));
    }

    [Fact]
    public async Task Options_NarrowAndWidenWhatIsFound()
    {
        Put("src/a.ts", "x\nA+B\ny\n");
        Put("src/deep/b.tsx", "a+b\n");
        Put("c.py", "aab\n");

        Assert.Equal("c.py:\n     1: aab\n", await TextAsync(new { pattern = "a+b" }));
        Assert.Equal("src/deep/b.tsx:\n     1: a+b\n", await TextAsync(new { pattern = "a+b", literal = true }));
        Assert.Equal("src/a.ts: 1 line\nsrc/deep/b.tsx: 1 line\n", await TextAsync(new { pattern = "a+b", literal = true, ignore_case = true, names_only = true }));
        Assert.Equal("src/a.ts:\n     1- x\n     2: A+B\n     3- y\n", await TextAsync(new { pattern = "A.B", context = 1 }));
        Assert.Equal("b.tsx:\n     1: a+b\n", await TextAsync(new { pattern = "b", path = "src/deep" }));
        Assert.Equal("workspace/c.py:\n     1: aab\n", await TextAsync(new { pattern = "b", path = "c.py" }));
        Assert.Equal("src/a.ts\nsrc/deep/b.tsx\n", await TextAsync(new { glob = "*.{ts,tsx}" }));
        Assert.Equal("src/a.ts\n", await TextAsync(new { glob = "src/*.ts*" }));
        Assert.Equal("c.py\nsrc/a.ts\nsrc/deep/b.tsx\n", await TextAsync(new { }));
    }

    [Fact]
    public async Task WhatGitIgnores_IsLeftOutUnlessItIsTrackedOrAskedFor()
    {
        Put(".gitignore", "build/\n*.log\n");
        Put("build/out.txt", "needle\n");
        Put("kept.log", "needle\n");
        Put("other.log", "needle\n");
        Put("private/own.txt", "needle\n");
        Put("nested/in.txt", "needle\n");
        Git("init", "-q");
        Git("add", "-f", "kept.log", ".gitignore");
        Put(".git/info/exclude", "private/\n");
        Git("init", "-q", "nested");

        Assert.Equal("kept.log: 1 line\nnested/in.txt: 1 line\n", await TextAsync(new { pattern = "needle", names_only = true }));
        Assert.Equal(
            "build/out.txt: 1 line\nkept.log: 1 line\nnested/in.txt: 1 line\nother.log: 1 line\nprivate/own.txt: 1 line\n",
            await TextAsync(new { pattern = "needle", names_only = true, include_ignored = true }));
        Assert.Equal("out.txt: 1 line\n", await TextAsync(new { pattern = "needle", names_only = true, path = "build" }));
    }

    [Fact]
    public async Task WhatTheAgentsGitIsToldToRun_IsNotRun()
    {
        Put("a", "needle\n");
        Git("init", "-q");
        Git("config", "core.fsmonitor", "touch /workspace/ran; false");

        Assert.Equal("a: 1 line\n", await TextAsync(new { pattern = "needle", names_only = true }));
        Assert.False(File.Exists(_rig.FileInTree("ran")));
    }

    [Fact]
    public async Task DamagedGitFolder_IsNoObstacle()
    {
        Put("a", "needle\n");
        Put(".git/index", "garbage");
        Put(".git/HEAD", "garbage");

        Assert.Equal("a: 1 line\n", await TextAsync(new { pattern = "needle", names_only = true }));
    }

    [Fact]
    public async Task Links_AreNotFollowedAndNothingOutsideIsSearched()
    {
        Put("real/a", "root needle\n");
        File.CreateSymbolicLink(_rig.FileInTree("out"), "/etc/passwd");
        File.CreateSymbolicLink(_rig.FileInTree("usr"), "/usr");
        File.CreateSymbolicLink(_rig.FileInTree("alias"), "real");

        Assert.Equal("real/a: 1 line\n", await TextAsync(new { pattern = "root", names_only = true }));
        Assert.Equal("real/a\n", await TextAsync(new { }));
        Assert.Equal("a: 1 line\n", await TextAsync(new { pattern = "root", names_only = true, path = "alias" }));
        foreach (string path in (string[])["usr", "out", "/etc", "../etc", "real/../../etc"])
        {
            ToolResult result = await SearchAsync(new { pattern = "root", path });
            Assert.Equal((1, $"Error: {path} lies outside the workspace; only its files can be searched.\n"), (result.ExitCode, ToolRig.Text(result)));
        }

        Assert.Equal("Error: none is neither a file nor a folder of the workspace.\n", await TextAsync(new { path = "none" }));
    }

    [Fact]
    public async Task TooMuch_IsCounted()
    {
        Put("a", string.Concat(Enumerable.Range(1, 4).Select(line => $"needle {line}\n")));
        Put("b", string.Concat(Enumerable.Range(1, 4).Select(line => $"needle {line}\n")));
        for (int file = 0; file < 9; file++)
        {
            Put($"many/{file}", "other\n");
        }

        Assert.Equal(
            "a:\n     1: needle 1\n     2: needle 2\n     3: needle 3\n     4: needle 4\nb:\n     1: needle 1\n(3 more lines; narrow the search to see them)\n",
            await TextAsync(new { pattern = "needle" }));
        Assert.Equal(
            "many/0: 1 line\nmany/1: 1 line\nmany/2: 1 line\nmany/3: 1 line\nmany/4: 1 line\n(4 more files; narrow the search to see them)\n",
            await TextAsync(new { pattern = "other", names_only = true }));
        Assert.Equal("0\n1\n2\n3\n4\n(4 more files; narrow the search to see them)\n", await TextAsync(new { path = "many" }));
    }

    [Fact]
    public async Task BinaryFilesAndLongLines_AreNamedAndCut()
    {
        Put("bin", "needle\0needle\n");
        Put("long", $"needle{new string('x', 5000)}\n");

        string text = await TextAsync(new { pattern = "needle" });

        Assert.Equal($"bin: matches, and is not text\nlong:\n     1: needle{new string('x', 394)}… (5006 characters)\n", text);
    }

    [Fact]
    public async Task StrangeNames_AreSearchedAndShownOnOneLine()
    {
        Put("a\nb", "needle\n");
        Put("-rf", "needle\n");
        File.WriteAllText(_rig.FileInTree("x"), "needle\n");
        await _rig.OutputAsync(@"mv x $'latin-\xe9'");

        Assert.Equal("-rf: 1 line\na\\x0ab: 1 line\nlatin-\\xe9: 1 line\n", await TextAsync(new { pattern = "needle", names_only = true }));
    }

    [Fact]
    public async Task PatternThatExplodes_EndsInTime()
    {
        Put("a", $"{new string('a', 3000)}!\n");

        string text = await TextAsync(new { pattern = "^(a|aa|a?a)+$" });

        Assert.Matches("^(Nothing was found.\nNot all could be searched: .*backtracking limit|Error: The search took longer than 2 s)", text);
    }

    [Theory]
    [InlineData("""{"pattern":"(a"}""", "is no regular expression of Perl's kind")]
    [InlineData("""{"pattern":""}""", "leave it out to list files")]
    [InlineData("""{"pattern":"a\nb"}""", "must not contain a line end")]
    [InlineData("""{"pattern":7}""", "must be a string")]
    [InlineData("""{"pattern":"a","context":21}""", "'context' must be a number of lines from 0 to 20")]
    [InlineData("""{"glob":"{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"}""", "at most 64 patterns")]
    [InlineData("no json", "not valid JSON")]
    public async Task WrongArguments_AreExplained(string arguments, string said)
    {
        ToolResult result = Assert.IsType<ToolOutcome.Finished>(await _rig.CallAsync(_rig.Search, arguments)).Result;

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(said, ToolRig.Text(result), StringComparison.Ordinal);
    }

    private async Task<ToolResult> SearchAsync(object arguments) =>
        Assert.IsType<ToolOutcome.Finished>(await _rig.CallAsync(_rig.Search, JsonSerializer.Serialize(arguments))).Result;

    private async Task<string> TextAsync(object arguments) => ToolRig.Text(await SearchAsync(arguments));

    private void Put(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_rig.FileInTree(name))!);
        File.WriteAllText(_rig.FileInTree(name), text, new UTF8Encoding(false));
    }

    private void Git(params string[] arguments)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = _rig.Workspace.Tree })!;
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }

    [Fact]
    public async Task SandboxThatTakesTooLong_IsAnErrorForTheModel()
    {
        FileSearchOptions options = new();
        SearchTool tool = new(new WorkspaceSearch(new SlowSandbox(), Options.Create(options)), Options.Create(options));

        ToolResult result = Assert.IsType<ToolOutcome.Finished>(await _rig.CallAsync(tool, """{"pattern":"a"}""")).Result;

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The search took too long", ToolRig.Text(result), StringComparison.Ordinal);
    }

    /// <summary>Three passes are made, and none of them has the time for itself.</summary>
    [Fact]
    public async Task PassesOfASearch_HaveOneDeadline()
    {
        Directory.CreateDirectory(_rig.FileInTree("bin"));
        await File.WriteAllTextAsync(_rig.FileInTree("bin/grep"), """
            #!/bin/bash
            case " $* " in *" -lZ "*) sleep 0.8; printf 'f\0' ;; *" -cHZ "*) sleep 0.8; printf 'f\0001\n' ;; *" -nHZI "*) sleep 0.8; printf 'f\0001:x\n' ;; *) exit 1 ;; esac
            """);
        File.SetUnixFileMode(_rig.FileInTree("bin/grep"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string script = $"PATH=/workspace/bin:$PATH\n{EmbeddedScript.Read("search.sh")}";

        async Task<int> SearchAsync(int seconds) => (await _rig.Sandbox.RunAsync(
            _rig.Workspace, ["/bin/bash", "-c", script, "search", "/workspace", $"{seconds}", "10", "0", "x", "-F"], "f\0"u8.ToArray(), CancellationToken.None)).ExitCode;

        Assert.Equal((124, 124, 0), (await SearchAsync(1), await SearchAsync(2), await SearchAsync(20)));
    }

    private sealed class SlowSandbox : ISandbox
    {
        public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

        public Task<SandboxOutput> RunAsync(Workspace workspace, IReadOnlyList<string> command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
            throw new TimeoutException("The helper did not end.");
    }
}
