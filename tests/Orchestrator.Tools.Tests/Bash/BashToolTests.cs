using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Bash;

public sealed class BashToolTests : IDisposable
{
    private readonly ToolRig _rig = new(("Tools:Bash:LongestTimeout", "00:02:00"), ("Tools:Supervision:Grace", "00:00:00.5"));

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task FirstCommand_StartsInTheWorkspace() => Assert.Equal("/workspace\n", ToolRig.Text(await _rig.BashAsync("pwd", 1)));

    [Fact]
    public async Task DirectoryAndExports_AreKept()
    {
        await _rig.BashAsync("mkdir -p 'a b/c'; cd 'a b'; export NAME=$'one\\ntwo'; hidden=1", 1);

        ToolResult result = await _rig.BashAsync("pwd; echo \"$NAME\"; echo [$hidden]; echo $SHLVL", 2);

        Assert.Equal("/workspace/a b\none\ntwo\n[]\n", string.Join('\n', ToolRig.Text(result).Split('\n')[..4]) + "\n");
    }

    [Theory]
    [InlineData("cd sub; exit 5", 5)]
    [InlineData("set -eu; cd sub; false; echo never", 1)]
    [InlineData("trap 'echo own' EXIT; cd sub; (exit 6)", 6)]
    [InlineData("cd sub; set -C; return 7", 7)]
    public async Task CommandEndsByItself_ShellIsKeptWithItsExitCode(string command, int exitCode)
    {
        Directory.CreateDirectory(_rig.FileInTree("sub"));

        ToolResult first = await _rig.BashAsync(command, 1);
        ToolResult second = await _rig.BashAsync("pwd", 2);

        Assert.Equal((exitCode, "/workspace/sub\n"), (first.ExitCode, ToolRig.Text(second)));
    }

    [Fact]
    public async Task CommandIsStopped_FormerShellStays()
    {
        await _rig.BashAsync("mkdir sub; export NAME=before", 1);

        ToolOutcome stopped = await _rig.CallAsync(_rig.Bash, """{"command":"cd sub; export NAME=after; sleep 60","timeout_seconds":1}""", 2);
        ToolResult result = await _rig.BashAsync("pwd; echo $NAME", 3);

        Assert.Equal(EndReason.Timeout, Assert.IsType<ToolOutcome.Finished>(stopped).Result.End);
        Assert.Equal("/workspace\nbefore\n", ToolRig.Text(result));
    }

    [Fact]
    public async Task KeptDirectoryIsGone_StartsInTheWorkspace()
    {
        await _rig.BashAsync("mkdir sub; cd sub; rmdir ../sub", 1);

        Assert.Equal("/workspace\n", ToolRig.Text(await _rig.BashAsync("pwd", 2)));
    }

    [Fact]
    public async Task LargeCommand_RunsWhole()
    {
        string text = new('x', 300_000);

        ToolResult result = await _rig.BashAsync($"cat >big <<'END'\n{text}\nEND\nwc -c <big", 1);

        Assert.Equal("300001\n", ToolRig.Text(result));
    }

    [Fact]
    public async Task SyntaxError_IsAResult()
    {
        ToolResult result = await _rig.BashAsync("if true; then echo", 1);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("syntax error", ToolRig.Text(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"command\":", "not valid JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{}", "'command' is required")]
    [InlineData("{\"command\":7}", "'command' is required and must be a string")]
    [InlineData("{\"command\":\"  \"}", "must not be empty")]
    [InlineData("{\"command\":\"a\\u0000b\"}", "NUL")]
    [InlineData("{\"command\":\"\\ud800\"}", "surrogate")]
    [InlineData("{\"command\":\"true\",\"timeout_seconds\":0}", "'timeout_seconds' must be")]
    public async Task ArgumentsThatCannotBeRun_AreAResultThatSaysWhy(string arguments, string reason)
    {
        ToolOutcome outcome = await _rig.CallAsync(_rig.Bash, arguments);

        ToolResult result = Assert.IsType<ToolOutcome.Finished>(outcome).Result;
        Assert.Equal((1, false), (result.ExitCode, result.MayHaveChangedFiles));
        Assert.Contains(reason, ToolRig.Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public void OrdinaryTimeAboveTheLongest_IsRefusedAtStart()
    {
        using ToolRig wrong = new(("Tools:Bash:LongestTimeout", "00:00:30"));

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => wrong.Bash);

        Assert.Contains("must not exceed LongestTimeout", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreTimeThanAllowed_IsBounded()
    {
        ToolOutcome outcome = await _rig.CallAsync(_rig.Bash, """{"command":"true","timeout_seconds":1e300}""");

        Assert.IsType<ToolOutcome.Finished>(outcome);
        Assert.Contains("\"00:02:00\"", File.ReadAllText(_rig.EffectFolder("call-1").Intent), StringComparison.Ordinal);
    }
}
