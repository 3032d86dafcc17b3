using System.Diagnostics;
using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Tests.Supervision;

/// <summary>What is told of a command when power or disk went away at one of its steps: the rows of docs/effects.md that a worker alone can show.</summary>
public sealed class CrashTests : IDisposable
{
    private const string Script = "echo once >>runs; echo said";

    private readonly ToolRig _rig = new();

    private CommandFolder Folder => _rig.EffectFolder("effect");

    public void Dispose() => _rig.Dispose();

    /// <summary>Nobody can tell this from a command that ran a little: it isn't started again.</summary>
    [Fact]
    public async Task Died_between_the_note_of_the_start_and_the_start_is_interrupted()
    {
        await _rig.RunAsync(Script);
        File.Delete(Folder.Exit);
        File.Delete(Folder.Out);
        File.Delete(_rig.FileInTree("runs"));

        await IsInterruptedAsync();
        Assert.False(File.Exists(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task Died_behind_the_end_before_the_note_of_it_is_interrupted_with_the_output()
    {
        await _rig.RunAsync(Script);
        File.Delete(Folder.Exit);

        Assert.Equal("said\n", ToolRig.Text(await IsInterruptedAsync()));
        Assert.Equal("once\n", File.ReadAllText(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task Power_lost_behind_the_note_of_the_end_is_a_normal_end()
    {
        await _rig.RunAsync(Script);
        CommandStart start = CommandJson.ReadStart(File.ReadAllBytes(Folder.Started));
        File.WriteAllBytes(Folder.Started, CommandJson.Write(start with { BootId = "another" }));

        Assert.Equal("said\n", await _rig.OutputAsync(Script));
        Assert.Equal("once\n", File.ReadAllText(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task Disk_full_before_the_start_is_never_started_and_says_so()
    {
        string outcome = await OnSmallDiskAsync("dd if=/dev/zero of=effects/filler bs=4k 2>/dev/null;", Script);

        Assert.Equal("NeverStarted no_space", outcome);
        Assert.False(File.Exists(_rig.FileInTree("runs")));
    }

    /// <summary>The output takes the whole disk; the note of the end has its space kept back.</summary>
    [Fact]
    public async Task Disk_full_at_the_end_the_end_is_noted_all_the_same()
    {
        string outcome = await OnSmallDiskAsync("", "echo once >>runs; head -c 6000000 /dev/zero | tr '\\0' x; exit 7");

        Assert.Equal("Finished 7", outcome);
        Assert.Equal("once\n", File.ReadAllText(_rig.FileInTree("runs")));
    }

    private async Task<ToolResult> IsInterruptedAsync()
    {
        ToolOutcome.Interrupted interrupted = Assert.IsType<ToolOutcome.Interrupted>(
            await _rig.Commands.RunAsync(_rig.Command(Script), CancellationToken.None));
        Assert.Equal(("supervisor_lost", EndReason.SupervisorLost), (interrupted.Reason, interrupted.Result.End));
        return interrupted.Result;
    }

    /// <summary>Runs a command whose folder is on a disk of three megabytes.</summary>
    /// <returns>What the worker told of it.</returns>
    private async Task<string> OnSmallDiskAsync(string before, string script)
    {
        string shell = $"cd \"$0\" && mount -t tmpfs -o size=3m tmpfs effects && {{ {before} exec \"$@\"; }}";
        using Process worker = Process.Start(new ProcessStartInfo(
            "unshare", ["--map-root-user", "--mount", "sh", "-c", shell, _rig.Root, .. _rig.WorkerCommandLine(script, "effect")])
        {
            RedirectStandardOutput = true,
        })!;
        string told = await worker.StandardOutput.ReadToEndAsync();
        await worker.WaitForExitAsync();
        return told.Trim();
    }
}
