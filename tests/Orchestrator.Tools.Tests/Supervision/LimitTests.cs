using System.Diagnostics;
using System.Text;
using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;
using Orchestrator.Supervisor.Groups;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.Tests.Supervision;

public sealed class LimitTests : IDisposable
{
    private readonly ToolRig _rig = new(
        ("Sandbox:Limits:MemoryBytes", $"{128 << 20}"), ("Sandbox:Limits:Processes", "64"), ("Sandbox:Limits:Processors", "1.5"), ("Tools:Supervision:Grace", "00:00:00.5"));

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task TreeTakesTooMuchMemory_CommandEndsAndSaysSo()
    {
        // Two, each of which alone may have what it takes.
        ToolResult result = await _rig.RunAsync("take() { perl -e '$m = \"x\" x (100 << 20); sleep 30'; }; take & take & wait -n; exit 9");

        Assert.Equal(EndReason.OutOfMemory, result.End);
        Assert.NotEqual(0, result.ExitCode);
    }

    [Fact]
    public async Task CommandCopesWithALostProcess_ItsEndIsItsOwn() =>
        Assert.Contains(
            (await _rig.RunAsync("perl -e '$m = \"x\" x (300 << 20)'; echo coped")).End,
            (EndReason[])[EndReason.Exited, EndReason.OutOfMemory]); // The second where the tree is looked at, and all of it ends.

    [Fact]
    public async Task DiskIsFull_NothingIsStartedOnIt()
    {
        using ToolRig rig = new(("Sandbox:Limits:FreeBytes", $"{1L << 50}"));

        ToolOutcome outcome = await rig.Commands.RunAsync(rig.Command("touch /workspace/started"), CancellationToken.None);

        Assert.Equal(new ToolOutcome.NeverStarted("no_space"), outcome);
        Assert.False(File.Exists(rig.FileInTree("started")));
    }

    /// <summary>The disk that others have filled: what makes room, or only looks, goes on; who fills it further is stopped.</summary>
    [Theory]
    [InlineData("rm -rf build; sleep 0.5; echo cleared", EndReason.Exited)]
    [InlineData("for n in $(seq 200); do head -c 1M /dev/urandom >part$n; sleep 0.02; done; sleep 30", EndReason.DiskFull)]
    public async Task DiskIsLow_OnlyWhoFillsItFurtherIsStopped(string script, EndReason end)
    {
        using ToolRig rig = new(("Sandbox:Limits:FreeBytes", $"{new DriveInfo(_rig.Workspace.Tree).AvailableFreeSpace * 2}"));
        Directory.CreateDirectory(rig.FileInTree("build"));

        ToolResult result = await rig.RunAsync(script);

        Assert.Equal(end, result.End);
    }

    [Fact]
    public async Task Groups_HoldTheTreeAndAreGoneBehindIt()
    {
        string script = "until [ -e go ]; do sleep 0.01; done; cat";
        ToolOutcome begun = await _rig.Commands.RunAsync(_rig.Command(script) with { FollowFor = TimeSpan.Zero }, CancellationToken.None);
        CommandFolder folder = _rig.EffectFolder("effect");
        await Until.TrueAsync(() => File.Exists(folder.Sandbox), "the command runs");
        int inner = ProcessIdentity.Parse(File.ReadAllText(folder.Sandbox)).Id;
        string[] groups = [.. File.ReadAllLines(folder.Groups).Where(Directory.Exists)];
        await Until.TrueAsync(() => groups.All(group => File.ReadAllLines(Path.Combine(group, "cgroup.procs")).Contains($"{inner}")), "the sandbox is in its groups");

        File.WriteAllText(_rig.FileInTree("go"), "");
        await _rig.RunAsync(script);

        Assert.IsType<ToolOutcome.Running>(begun);
        Assert.Equal(CanMakeGroups(), groups.Length > 0);
        Assert.DoesNotContain(groups, Directory.Exists);
    }

    [Fact]
    public async Task SupervisorIsKilled_ItsGroupsAreCleared()
    {
        SandboxedCommand command = _rig.Command("sleep 60");
        CommandFolder folder = _rig.EffectFolder("effect");
        Task<ToolOutcome> running = _rig.Commands.RunAsync(command, CancellationToken.None);
        await Until.TrueAsync(() => File.Exists(folder.Sandbox), "the command runs");
        string[] groups = File.ReadAllLines(folder.Groups);

        Process.GetProcessById(CommandJson.ReadStart(File.ReadAllBytes(folder.Started)).SupervisorId).Kill();

        Assert.IsType<ToolOutcome.Interrupted>(await running);
        Assert.DoesNotContain(groups, Directory.Exists);
    }

    [Fact]
    public void IntentOfABuildBefore_HasNoLimits()
    {
        byte[] old = Encoding.UTF8.GetBytes(
            """{"argumentsHash":"a","command":["/usr/bin/bwrap"],"environment":[],"timeout":"00:01:00","grace":"00:00:05","outputLimit":1,"tree":"/t","input":null,"systemCallFilter":null}""");

        CommandIntent intent = CommandJson.ReadIntent(old);

        Assert.Null(intent.Limits);
        TreeLimits limits = new() { MemoryBytes = 1, Processes = 2, Processors = 0.25, FreeBytes = 3 };
        Assert.Equal(limits, CommandJson.ReadIntent(CommandJson.Write(intent with { Limits = limits })).Limits);
    }

    [Fact]
    public void Check_SaysWhatHoldsTheLimitsAndHowMoreCould()
    {
        TreeLimits limits = new() { MemoryBytes = 1L << 30, Processes = 100, Processors = null, FreeBytes = 0 };
        GroupPlace place = new("/sys/fs/cgroup", IsUnified: true);

        LimitFinding all = LimitCheck.Explain(new(place, place, place), memory: true, processes: true, processor: true, limits);
        LimitFinding none = LimitCheck.Explain(new(null, null, null), memory: false, processes: false, processor: false, limits);
        LimitFinding some = LimitCheck.Explain(new(place, place, place), memory: true, processes: false, processor: false, limits);

        Assert.True(all.IsByKernel);
        Assert.Contains("1024 MiB of memory and 100 processes, held by control groups (version 2)", all.Detail, StringComparison.Ordinal);
        Assert.False(none.IsByKernel || some.IsByKernel);
        Assert.Contains("this machine has no control groups", none.Detail, StringComparison.Ordinal);
        Assert.Contains("no control groups for processes, processor time: this user may not make them", some.Detail, StringComparison.Ordinal);
        Assert.Contains("systemd-run --user --scope -p Delegate=yes", none.Detail, StringComparison.Ordinal);
    }

    /// <summary>What it says is what a command would meet: it has put a process in.</summary>
    [Fact]
    public void Check_AgreesWithWhatAGroupTakes()
    {
        LimitFinding found = new LimitCheck(Microsoft.Extensions.Options.Options.Create(new LimitOptions())).Look();

        using CommandGroup group = CommandGroup.Make(
            GroupPlaces.Here(), new() { MemoryBytes = 64 << 20, Processes = 32, Processors = 1, FreeBytes = 0 }, Path.Combine(_rig.Root, "trial"));
        using Process process = Process.Start("sleep", "60");
        bool holds = group.TryTake([process.Id]) && group is { LimitsMemory: true, LimitsProcesses: true, LimitsProcessor: true };
        process.Kill();
        process.WaitForExit();
        Assert.Equal(holds, found.IsByKernel);
    }

    private bool CanMakeGroups()
    {
        using CommandGroup group = CommandGroup.Make(
            GroupPlaces.Here(), new() { MemoryBytes = 64 << 20, Processes = 32, Processors = 1, FreeBytes = 0 }, Path.Combine(_rig.Root, "trial"));
        return !group.IsEmpty;
    }
}
