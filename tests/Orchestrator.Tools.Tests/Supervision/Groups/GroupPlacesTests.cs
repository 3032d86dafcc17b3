using Orchestrator.Supervisor.Groups;

namespace Orchestrator.Tools.Tests.Supervision.Groups;

/// <summary>What machines say of their control groups, as they say it, and where a command's are to be made.</summary>
public sealed class GroupPlacesTests
{
    private const string SystemdMount = "35 24 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n";

    private const string HybridMounts =
        """
        23 1 254:0 / / rw,relatime - ext4 /dev/vda rw
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
        40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw

        """;

    [Fact]
    public void Version1_GroupsLieBelowTheOwnOfEachController()
    {
        GroupPlaces places = Read("9:name=systemd:/\n8:pids:/\n4:memory:/box/6be8\n2:cpu,cpuacct:/user\n0::/\n", HybridMounts, "hugetlb");

        Assert.Equal(
            new GroupPlaces(
                new("/sys/fs/cgroup/memory/box/6be8", IsUnified: false), new("/sys/fs/cgroup/pids", IsUnified: false), new("/sys/fs/cgroup/cpu,cpuacct/user", IsUnified: false)),
            places);
    }

    [Fact]
    public void Version2_GroupsLieBesideTheOwn_BecauseProcessesAreInThat()
    {
        const string own = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-r12.scope\n";
        GroupPlace beside = new("/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice", IsUnified: true);

        Assert.Equal(new GroupPlaces(beside, beside, beside), Read(own, SystemdMount, "cpuset cpu io memory pids\n"));
        Assert.Equal(new GroupPlaces(beside, beside, null), Read(own, SystemdMount, "memory pids\n"));
    }

    [Fact]
    public void Version2_InAUnitWithASubgroup_TheUnitsIsTheOne() => Assert.Equal(
        "/sys/fs/cgroup/system.slice/orchestrator.service",
        Read("0::/system.slice/orchestrator.service/main\n", SystemdMount, "memory pids cpu").Memory!.Folder);

    [Theory]
    [InlineData("/docker/ab12", "/docker/ab12", "/sys/fs/cgroup/memory")] // a container that sees its own part
    [InlineData("/docker/ab12", "/docker/ab12/inner", "/sys/fs/cgroup/memory/inner")]
    [InlineData("/docker/ab12", "/docker/other", "/sys/fs/cgroup/memory")] // what it is told lies outside of it
    [InlineData("/", "/../../user.slice", "/sys/fs/cgroup/memory")] // above the namespace of groups
    public void Container_PlaceLiesWithinWhatIsMounted(string root, string own, string expected) => Assert.Equal(
        expected, Read($"4:memory:{own}\n", $"35 31 0:32 {root} /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n", "").Memory!.Folder);

    [Theory]
    [InlineData("0::/\n", "23 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n")]
    [InlineData("", "")]
    [InlineData("garbage", "also garbage\n1 2 3\n")]
    public void NoGroups_NoPlaces(string groups, string mounts) => Assert.Equal(new GroupPlaces(null, null, null), Read(groups, mounts, ""));

    private static GroupPlaces Read(string groups, string mounts, string controllers) => GroupPlaces.Read(groups, mounts, _ => controllers);
}
