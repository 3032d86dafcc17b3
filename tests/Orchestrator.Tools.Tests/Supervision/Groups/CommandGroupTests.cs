using System.Diagnostics;
using Orchestrator.Supervisor.Groups;

namespace Orchestrator.Tools.Tests.Supervision.Groups;

public sealed class CommandGroupTests : IDisposable
{
    private static readonly TreeLimits Limits = new() { MemoryBytes = 64 << 20, Processes = 32, Processors = 0.5, FreeBytes = 0 };

    private readonly string _folder = Directory.CreateTempSubdirectory("group-test-").FullName;

    private string Mark => Path.Combine(_folder, "groups");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A folder of plain files stands for the kernel's: what is written where is what counts.</summary>
    [Fact]
    public void Version2_EachLimitIsWrittenInItsWords()
    {
        string place = Place("subtree_control");
        File.WriteAllText(Path.Combine(place, "cgroup.subtree_control"), "pids\n");

        using CommandGroup group = Make(new GroupPlace(place, IsUnified: true), "memory.max", "memory.swap.max", "pids.max", "cpu.max", "cgroup.procs");

        string made = Directory.GetDirectories(place).Single();
        Assert.Equal(("67108864", "0", "32", "50000 100000"), (Read(made, "memory.max"), Read(made, "memory.swap.max"), Read(made, "pids.max"), Read(made, "cpu.max")));
        Assert.Equal("+cpu", Read(place, "cgroup.subtree_control"));
        Assert.Equal([made], File.ReadAllLines(Mark));
    }

    [Fact]
    public void Version1_EachLimitIsWrittenInItsWords()
    {
        string place = Place("v1");

        using CommandGroup group = Make(
            new GroupPlace(place, IsUnified: false), "memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "pids.max", "cpu.cfs_quota_us", "cpu.cfs_period_us", "cgroup.procs");

        string made = Directory.GetDirectories(place).Single();
        Assert.Equal(
            ("67108864", "67108864", "32", "50000", "100000"),
            (Read(made, "memory.limit_in_bytes"), Read(made, "memory.memsw.limit_in_bytes"), Read(made, "pids.max"), Read(made, "cpu.cfs_quota_us"), Read(made, "cpu.cfs_period_us")));
        Assert.Equal((true, true, true), (group.LimitsMemory, group.LimitsProcesses, group.LimitsProcessor));
    }

    [Theory]
    [InlineData("memory.events", true, "low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\n", true)]
    [InlineData("memory.events", true, "oom 0\noom_kill 0\n", false)]
    [InlineData("memory.oom_control", false, "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", true)]
    [InlineData("memory.oom_control", false, "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n", false)]
    public void Kills_AreReadFromTheGroupsEvents(string file, bool isUnified, string events, bool expected)
    {
        string place = Place("events");
        File.WriteAllText(Path.Combine(place, "cgroup.subtree_control"), "memory pids cpu");
        using CommandGroup group = Make(new GroupPlace(place, isUnified), "cgroup.procs");
        File.WriteAllText(Path.Combine(Directory.GetDirectories(place).Single(), file), events);

        Assert.Equal(expected, group.HasRunOutOfMemory);
    }

    [Fact]
    public void PlaceThatMayNotBeUsed_NothingIsLimited()
    {
        GroupPlace nowhere = new("/proc/self/task", IsUnified: false);

        using CommandGroup group = CommandGroup.Make(new GroupPlaces(nowhere, nowhere, nowhere), Limits, Mark);

        Assert.Equal((false, false, false, true), (group.LimitsMemory, group.LimitsProcesses, group.LimitsProcessor, group.IsEmpty));
    }

    /// <summary>The group can be made, and takes nobody: the tree is looked at, and the command goes on.</summary>
    [Fact]
    public void GroupThatTakesNobody_LeavesTheTreeToLooks()
    {
        string place = Place("taking");
        File.WriteAllText(Path.Combine(place, "cgroup.subtree_control"), "memory pids cpu");
        using CommandGroup group = Make(new GroupPlace(place, IsUnified: true), "memory.max", "pids.max", "cpu.max", "cgroup.procs");
        using CommandLimits limits = new(Limits with { Processes = 0 }, _folder, group);
        Assert.Null(limits.Exceeded(Environment.ProcessId));
        string members = Path.Combine(Directory.GetDirectories(place).Single(), "cgroup.procs");
        File.Delete(members);
        Directory.CreateDirectory(members);

        limits.Take(Environment.ProcessId);

        Assert.Equal(Orchestrator.Supervisor.CommandEnd.OutOfProcesses, limits.Exceeded(Environment.ProcessId));
    }

    /// <summary>The kernel's own, of whichever version there is; a user who may make none has none.</summary>
    [Fact]
    public async Task RealGroup_TakesEndsAndVanishes()
    {
        CommandGroup group = CommandGroup.Make(GroupPlaces.Here(), Limits, Mark);
        string[] folders = [.. File.ReadAllLines(Mark).Where(Directory.Exists)];
        Assert.Equal(group.IsEmpty, folders.Length == 0);
        using Process process = Process.Start("sleep", "60");

        Assert.True(group.TryTake([process.Id]));
        Assert.All(folders, folder => Assert.Equal($"{process.Id}", Read(folder, "cgroup.procs").Trim()));
        group.Kill();
        if (group.IsEmpty)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        group.Dispose();
        Assert.DoesNotContain(folders, Directory.Exists);
    }

    /// <summary>Version 2 may be mounted without controllers: it ends a group all the same.</summary>
    [Fact]
    public async Task GroupOfAMakerThatIsGone_IsEndedAndRemoved()
    {
        using Process process = Process.Start("sleep", "60");
        string[] folders = [.. ((string[])["/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/pids"])
            .Where(place => File.Exists(Path.Combine(place, "cgroup.procs"))).Select(place => Path.Combine(place, $"orchestrator-test-{process.Id}")).Where(IsMade)];
        File.WriteAllLines(Mark, folders);
        Array.ForEach(folders, folder => File.WriteAllText(Path.Combine(folder, "cgroup.procs"), $"{process.Id}"));

        CommandGroup.Clear(Mark);

        if (folders.Length == 0)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        Assert.DoesNotContain(folders, Directory.Exists);
    }

    [Fact]
    public void FolderThatIsNoGroupOfOurs_IsLeftAlone()
    {
        string other = Place("other");
        File.WriteAllText(Mark, other);

        CommandGroup.Clear(Mark);

        Assert.True(Directory.Exists(other));
    }

    private static bool IsMade(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Read(string folder, string file) => File.ReadAllText(Path.Combine(folder, file));

    private string Place(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    // The kernel would put the files there when the folder is made.
    private CommandGroup Make(GroupPlace place, params string[] files)
    {
        using CommandGroup first = CommandGroup.Make(new GroupPlaces(place, place, place), Limits, Mark);
        string made = Directory.GetDirectories(place.Folder).Single();
        foreach (string file in files)
        {
            File.WriteAllText(Path.Combine(made, file), "");
        }

        return CommandGroup.Make(new GroupPlaces(place, place, place), Limits, Mark);
    }
}
