using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Sandbox;

public sealed class SandboxWallTests : IDisposable
{
    private readonly ToolRig _rig = new();

    public void Dispose() => _rig.Dispose();

    // Without a pipe: the shell has its ends open for a moment. 255 is the shell's own script.
    [Fact]
    public async Task OnlyTheStandardStreamsAreOpen() =>
        Assert.Equal("0\n1\n2\n", await _rig.OutputAsync("for fd in /proc/$$/fd/*; do [ -e $fd ] && [ ${fd##*/} != 255 ] && echo ${fd##*/}; done; true"));

    [Fact]
    public async Task DescriptorThatTheWorkerInherited_IsClosed()
    {
        string secret = Path.Combine(_rig.Root, "secret");
        File.WriteAllText(secret, "canary");
        ProcessStartInfo start = new("/bin/bash",
        [
            "-c", "exec 9<\"$0\"; exec \"$@\"", secret,
            .. _rig.WorkerCommandLine("ls -l /proc/self/fd; cat <&9", "effect"),
        ]);

        using Process worker = Process.Start(start)!;
        await worker.WaitForExitAsync();

        string output = File.ReadAllText(_rig.EffectFolder("effect").Out);
        Assert.Contains("0 -> /dev/null", output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VariableOfTheWorker_IsNowhereInside()
    {
        Environment.SetEnvironmentVariable("TOOLS_TEST_CANARY", "4f1c-canary");

        string output = await _rig.OutputAsync("cat /proc/*/environ /proc/*/cmdline | tr '\\0' '\\n'; env; echo end");

        Assert.EndsWith("end\n", output, StringComparison.Ordinal);
        Assert.Contains("HOME=/home/agent", output, StringComparison.Ordinal);
        Assert.DoesNotContain("4f1c-canary", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListenerOnTheHost_CannotBeReached()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        ToolResult result = await _rig.RunAsync($"exec 3<>/dev/tcp/127.0.0.1/{port}");

        Assert.NotEqual(0, result.ExitCode);
        Assert.False(listener.Pending());
        Assert.Equal("lo\n", await _rig.OutputAsync("ls /sys/class/net 2>/dev/null || tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '", "second"));
    }

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

    [Fact]
    public async Task NamespacesAndMounts_CannotBeMade() => Assert.Equal(
        "no\nno\nno\n",
        await _rig.OutputAsync(
            """
            unshare -U true 2>/dev/null && echo yes || echo no
            mount -t tmpfs none /tmp 2>/dev/null && echo yes || echo no
            mknod /tmp/sda b 8 0 2>/dev/null && echo yes || echo no
            """));

    [Theory]
    [InlineData("101, 16, 1, 0, 0", 1)] // ptrace: attach to the namespace's first process
    [InlineData("425, 8, 0", 1)] // io_uring_setup
    [InlineData("250, 0, -3, 0, 0, 0", 1)] // keyctl
    [InlineData("321, 0, 0, 0", 1)] // bpf
    [InlineData("435, 0, 0", 38)] // clone3
    [InlineData("56, 0x10000000 | 17, 0, 0, 0, 0", 1)] // clone into a new user namespace
    [InlineData("41, 40, 1, 0", 97)] // socket: vsock
    [InlineData("41, 16, 3, 0", 97)] // socket: netlink
    [InlineData("41, 2, 1, 0", 0)] // socket: internet, for servers within the sandbox
    public async Task SystemCall_IsRefusedWithItsError(string call, int error)
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
