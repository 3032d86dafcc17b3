using System.Diagnostics;
using Orchestrator.Supervisor.Groups;

namespace Orchestrator.Tools.Tests.Supervision.Groups;

public sealed class CommandTreeTests
{
    private const int Megabytes = 64;

    [Fact]
    public async Task MemoryThatIsSharedWithoutAFile_IsCounted()
    {
        await using Holder holder = await Holder.StartAsync("held = mmap.mmap(-1, size); held.write(b'x' * size)");

        long memory = CommandTree.MemoryOf(CommandTree.Of(holder.Id), enough: 0);

        Assert.InRange(memory >> 20, Megabytes, Megabytes + 40);
    }

    /// <summary>Four processes that share a buffer have it once; otherwise a database with many would be killed for nothing.</summary>
    [Fact]
    public async Task MemoryThatProcessesShare_IsCountedOnceWhereItMatters()
    {
        await using Holder holder = await Holder.StartAsync(
            "held = mmap.mmap(-1, size); held.write(b'x' * size); [os.fork() or (held.seek(0), held.read(size), os.kill(os.getpid(), signal.SIGSTOP)) for _ in range(3) if os.getpid() == first]");
        await Until.TrueAsync(() => CommandTree.Of(holder.Id).Count == 4, "the four processes");
        await Until.TrueAsync(() => CommandTree.MemoryOf(CommandTree.Of(holder.Id), enough: long.MaxValue) >> 20 >= 4 * Megabytes, "all of them have read it");

        Assert.InRange(CommandTree.MemoryOf(CommandTree.Of(holder.Id), enough: 0) >> 20, Megabytes, (2 * Megabytes) + 40);
    }

    [Fact]
    public async Task MemoryOfFiles_IsNotCounted()
    {
        await using Holder holder = await Holder.StartAsync(
            "file = tempfile.TemporaryFile(dir='/var/tmp'); file.truncate(size); held = mmap.mmap(file.fileno(), size); [held[at] for at in range(0, size, 4096)]");

        Assert.InRange(CommandTree.MemoryOf(CommandTree.Of(holder.Id), enough: 0) >> 20, 0, 40);
    }

    /// <summary>A process with memory, until the test is over.</summary>
    private sealed class Holder(Process process) : IAsyncDisposable
    {
        public int Id => process.Id;

        public static async Task<Holder> StartAsync(string script)
        {
            string whole = $"import mmap, os, signal, sys, tempfile\nfirst = os.getpid(); size = {Megabytes} << 20\n{script}\nprint('ready', flush=True)\nsys.stdin.read()";
            Process process = Process.Start(new ProcessStartInfo("python3", ["-c", whole]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
            return new Holder(process);
        }

        public async ValueTask DisposeAsync()
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
