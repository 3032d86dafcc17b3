using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Bash;

public sealed class RestartTests : IDisposable
{
    private readonly ToolRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Restart_ForgetsDirectoryAndVariables()
    {
        await _rig.BashAsync("mkdir sub; cd sub; export NAME=kept", 1);

        ToolResult restarted = Assert.IsType<ToolOutcome.Finished>(await _rig.CallAsync(_rig.Bash, """{"restart":true}""", 2)).Result;
        ToolResult after = await _rig.BashAsync("pwd; echo \"[${NAME:-}]\"", 3);

        Assert.Equal(0, restarted.ExitCode);
        Assert.Contains("The shell is new", ToolRig.Text(restarted), StringComparison.Ordinal);
        Assert.Equal("/workspace\n[]\n", ToolRig.Text(after));
    }
}
