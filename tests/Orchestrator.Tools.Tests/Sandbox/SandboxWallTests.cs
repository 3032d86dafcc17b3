namespace Orchestrator.Tools.Tests.Sandbox;

/// <summary>What a command finds inside; what it tries against the walls is in the attempts.</summary>
public sealed class SandboxWallTests : IDisposable
{
    private readonly ToolRig _rig = new();

    public void Dispose() => _rig.Dispose();

    // Without a pipe: the shell has its ends open for a moment. 255 is the shell's own script.
    [Fact]
    public async Task OnlyTheStandardStreamsAreOpen() =>
        Assert.Equal("0\n1\n2\n", await _rig.OutputAsync("for fd in /proc/$$/fd/*; do [ -e $fd ] && [ ${fd##*/} != 255 ] && echo ${fd##*/}; done; true"));

    [Theory]
    [InlineData("/etc/shadow")]
    [InlineData("/root")]
    [InlineData("/var")]
    [InlineData("/sys")]
    [InlineData("/etc/ssh")]
    [InlineData("/etc/ssl/private")]
    public async Task FilesOfTheHost_AreNotThere(string path) =>
        Assert.Equal("no\n", await _rig.OutputAsync($"[ -e {path} ] && echo yes || echo no"));

    [Fact]
    public async Task FoldersOfTheOrchestrator_AreNotThere()
    {
        string output = await _rig.OutputAsync($"ls -d {_rig.Effects} {_rig.Workspace.Git} {_rig.Workspace.Shell} {_rig.Root} /shell; id -u; hostname");

        Assert.Equal(5, output.Split("No such file or directory").Length - 1);
        Assert.EndsWith("10001\nsandbox\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutsideTheWorkspace_NothingCanBeWrittenThatLasts()
    {
        string output = await _rig.OutputAsync(
            """
            for f in /x /usr/x /etc/x /dev/x /run/script /home/x; do (echo 1 >$f) 2>/dev/null && echo "wrote $f"; done
            for f in /tmp/x ~/x /dev/shm/x /workspace/x; do (echo 1 >$f) 2>/dev/null && echo "wrote $f"; done
            """);

        Assert.Equal("wrote /tmp/x\nwrote /home/agent/x\nwrote /dev/shm/x\nwrote /workspace/x\n", output);
        Assert.Equal("no\n", await _rig.OutputAsync("[ -e /tmp/x ] || [ -e ~/x ] && echo yes || echo no", "second"));
    }

    [Theory]
    [InlineData("435, 0, 0", 38)] // clone3
    [InlineData("41, 40, 1, 0", 97)] // socket: vsock
    [InlineData("41, 16, 3, 0", 97)] // socket: netlink
    [InlineData("41, 2, 1, 0", 0)] // socket: internet, for servers within the sandbox
    public async Task SystemCall_HasTheErrorThatProgramsGoOnAfter(string call, int error)
    {
        string output = await _rig.OutputAsync($"perl -e '$r = syscall({call}); print $r < 0 ? $! + 0 : 0'");

        Assert.Equal($"{error}", output);
    }

    [Fact]
    public async Task OrdinaryPrograms_RunBehindTheFilter() => Assert.Equal(
        "3\n1\nok\n",
        await _rig.OutputAsync(
            """
            python3 -c 'import subprocess, threading; t = threading.Thread(target=lambda: None); t.start(); t.join(); print(subprocess.run(["true"]).returncode + 3)'
            git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git log --oneline | wc -l
            mkfifo f && (echo ok >f &) && cat f
            """));

    [Fact]
    public async Task Toolchain_IsReadOnlyAndFirstInPath()
    {
        string bin = Directory.CreateDirectory(Path.Combine(_rig.Root, "chain", "bin")).FullName;
        File.WriteAllText(Path.Combine(bin, "git"), "#!/bin/sh\necho mine\n");
        File.SetUnixFileMode(Path.Combine(bin, "git"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using ToolRig rig = new(_rig.Root, ("Sandbox:Toolchains:0", Path.GetDirectoryName(bin)!));

        string output = await rig.OutputAsync($"git; touch {bin}/x 2>/dev/null || echo refused");

        Assert.Equal("mine\nrefused\n", output);
    }
}
