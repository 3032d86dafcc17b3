using Orchestrator.Agent.Tools;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.Tests.Sandbox;

/// <summary>Each reason for which there can be no sandbox, and what is said of it. None of them lets a command run.</summary>
public sealed class SandboxCheckTests : IDisposable
{
    private static readonly KernelSettings Usual = new(MostNamespaces: 15000, NamespacesForAll: 1, AppArmorForbids: 0, IsRoot: false);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("check-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("bwrap: Unknown option --disable-userns", "too old; bubblewrap 0.8")]
    [InlineData("bwrap: setting up uid map: Permission denied", "could not be set up; in a container")]
    [InlineData("bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)", "could not be set up; in a container")]
    [InlineData("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "systempaths=unconfined")]
    public async Task ProgramFails_CheckSaysWhy_AndNoCommandRuns(string said, string explanation)
    {
        using ToolRig rig = new(("Sandbox:Bubblewrap", Failing(said)));

        string? missing = await rig.Sandbox.CheckAsync(CancellationToken.None);
        ToolOutcome outcome = await rig.Commands.RunAsync(rig.Command("touch ran"), CancellationToken.None);

        Assert.Contains(explanation, missing, StringComparison.Ordinal);
        Assert.Contains(said, missing, StringComparison.Ordinal);
        Assert.IsType<ToolOutcome.NeverStarted>(outcome);
        Assert.False(File.Exists(rig.FileInTree("ran")));
    }

    [Fact]
    public async Task ProgramMissing_CheckSaysSo_AndNoCommandRuns()
    {
        using ToolRig rig = new(("Sandbox:Bubblewrap", "/nonexistent/bwrap"));

        Assert.Contains("apt-get install bubblewrap", await rig.Sandbox.CheckAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.IsType<ToolOutcome.NeverStarted>(await rig.Commands.RunAsync(rig.Command("touch ran"), CancellationToken.None));
        Assert.False(File.Exists(rig.FileInTree("ran")));
    }

    [Fact]
    public void NamespacesSwitchedOff_IsSeenWithoutATrial() => Assert.Contains(
        "sysctl -w user.max_user_namespaces", SandboxCheck.Missing(new SandboxOptions { Bubblewrap = "/bin/true" }, Usual with { MostNamespaces = 0 }), StringComparison.Ordinal);

    [Fact]
    public void NamespacesForRootAlone_IsExplainedToOthers() => Assert.Contains(
        "sysctl -w kernel.unprivileged_userns_clone=1", SandboxCheck.Explain("bwrap: No permissions to create new namespace", Usual with { NamespacesForAll = 0 }), StringComparison.Ordinal);

    [Theory]
    [InlineData("bwrap: setting up uid map: Permission denied", 1)]
    [InlineData("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", 1)]
    [InlineData("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", null)]
    public void AppArmor_IsExplained(string said, int? setting) => Assert.Contains(
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0", SandboxCheck.Explain(said, Usual with { AppArmorForbids = setting }), StringComparison.Ordinal);

    private string Failing(string said)
    {
        string program = Path.Combine(_folder.FullName, "bwrap");
        File.WriteAllText(program, $"#!/bin/sh\necho '{said.Replace("'", "'\\''", StringComparison.Ordinal)}' >&2\nexit 1\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return program;
    }
}
