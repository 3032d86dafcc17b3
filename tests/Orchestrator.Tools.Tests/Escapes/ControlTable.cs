using System.Runtime.InteropServices;
using Orchestrator.Supervisor;
using Orchestrator.Tools.Sandbox;
using static Orchestrator.Tools.Tests.Escapes.Control;

namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>
/// The walls, each with an attempt that gets out where it is missing. Where another wall of the kernel or of bubblewrap stands behind
/// one, both are taken away, and the name says so.
/// </summary>
internal static class ControlTable
{
    private const uint NoCall = 0x3fffffff;

    // Bubblewrap drops an ordinary user's without being told to. And it puts a user that isn't root into a second namespace, where
    // capabilities are worth nothing on what belongs to the first: three walls for one thing.
    private static readonly (string, string)[] WithCapabilities =
        [Instead("--cap-drop ALL", "--cap-add ALL"), Without("--disable-userns"), Instead("--uid 10001 --gid 10001", "--uid 0 --gid 0")];

    /// <summary>Those that can be shown on this machine, as this user.</summary>
    public static IReadOnlyList<Control> Here => [.. All.Where(control => control.IsShownHere && (!control.IsForRoot || Environment.IsPrivilegedProcess))];

    private static IReadOnlyList<Control> All =>
    [
        .. Namespaces, .. View, .. Filters, .. Limits,
        new("no descriptor but three", AttemptTable.Number(10)) { Before = "exec 9<ROOT/worker/.ssh/id_ed25519" },
        new("bubblewrap's own environment is clean", AttemptTable.Number(6)) { Before = "export TOKEN=$(<ROOT/worker/.ssh/id_ed25519)" },
        new("the command's environment is clean", AttemptTable.Number(11)) { Before = "export TOKEN=$(<ROOT/worker/.ssh/id_ed25519)" },
        new("a git folder that the host trusts, without hooks", AttemptTable.Number(21) with { Afterwards = GitInTheTreeAsync }),
        new("and without the agent's configuration", AttemptTable.Number(23) with { Afterwards = GitInTheTreeAsync }),
        new("file tools see what commands see, and resolve links", AttemptTable.Number(13))
        {
            Edits = [With("--ro-bind ROOT/worker ROOT/worker"), ("realpath -mz -- \"${asked[@]}\"", "realpath -mz -- \"${asked[@]}\" | sed -z 's|^|/workspace/..|'")],
        },
        new("the data folder is its owner's", AttemptTable.Number(32)) { IsOpen = true },
    ];

    private static IReadOnlyList<Control> Namespaces =>
    [
        new("user namespace, and the user in it", AttemptTable.Number(9)) { IsForRoot = true, Edits = [Without("--unshare-user"), Without("--disable-userns"), Without("--uid 10001 --gid 10001")] },
        new("another user within", AttemptTable.Number(9)) { Edits = [Without("--uid 10001 --gid 10001")] },
        new("process namespace, with its /proc", AttemptTable.Number(33)) { Edits = [Without("--unshare-pid"), Instead("--proc /proc", "--ro-bind /proc /proc")] },
        new("network namespace", NetworkAttempts.AtTheHost[0]) { Edits = [Without("--unshare-net")] },
        new("network namespace, for datagrams", NetworkAttempts.AtTheHost[1]) { Edits = [Without("--unshare-net")] },
        new("network namespace, for abstract sockets", AttemptTable.Number(56)) { Edits = [Without("--unshare-net")] },
        new("namespace of shared memory", AttemptTable.Number(57)) { Edits = [Without("--unshare-ipc")] },
        new("namespace of the host's name", AttemptTable.Number(9)) { Edits = [Without("--unshare-uts"), Without("--hostname sandbox")] },
        new("namespace of control groups", AttemptTable.Number(9))
        {
            IsShownHere = File.ReadLines("/proc/self/cgroup").Any(line => !line.EndsWith(":/", StringComparison.Ordinal)),
            Edits = [Without("--unshare-cgroup-try")],
        },
        new("no further user namespaces: bubblewrap's count, and the filter", AttemptTable.Number(34)) { Edits = [Without("--disable-userns")], Filter = Passing([272], clone: true) },
        new("no capabilities", AttemptTable.Number(55)) { Edits = WithCapabilities },
        new("a session of its own", AttemptTable.Number(40)) { Edits = [Without("--new-session")] },
        new("death with the supervisor", new Attempt(33, "a supervisor that is killed", "sleep $MARK & meet") { FollowFor = TimeSpan.Zero, Meanwhile = KillSupervisorAsync })
        {
            Edits = [Without("--die-with-parent")],
        },
    ];

    private static IReadOnlyList<Control> View =>
    [
        new("nothing of the worker's home is shown", AttemptTable.Number(2)) { Edits = [With("--ro-bind ROOT/worker ROOT/worker")] },
        new("nothing of the data folder is shown", AttemptTable.Number(3)) { Edits = [With("--ro-bind ROOT/data ROOT/data")] },
        new("no other workspace is shown", AttemptTable.Number(4)) { Edits = [With("--ro-bind ROOT/data ROOT/data")] },
        new("no folder of a command is shown", AttemptTable.Number(5)) { Edits = [With("--bind ROOT/run/effects ROOT/run/effects")] },
        new("of /etc only what programs need", AttemptTable.Number(1)) { IsForRoot = true, Edits = [With("--ro-bind /etc/shadow /etc/shadow")] },
        new("no sockets of other programs are shown", AttemptTable.Number(57)) { Edits = [With("--bind ROOT/sockets ROOT/sockets")] },
        new("the command's script is read-only", AttemptTable.Number(5)) { Edits = [Instead("--ro-bind ROOT/run/effects/effect/script", "--bind ROOT/run/effects/effect/script")] },
        new("/usr is read-only", AttemptTable.Number(28)) { IsForRoot = true, Edits = [Instead("--ro-bind /usr /usr", "--bind /usr /usr")] },
        new("toolchains are read-only", AttemptTable.Number(28)) { Edits = [Instead("--ro-bind ROOT/toolchain", "--bind ROOT/toolchain")] },
        new("a /proc of the sandbox's own", AttemptTable.Number(8)) { Edits = [Instead("--proc /proc", "--ro-bind /proc /proc")] },
        new("/proc is read-only: settings", AttemptTable.Number(41)) { IsForRoot = true, Edits = [Without("--remount-ro /proc")] },
        new("/proc is read-only: memory of processes", AttemptTable.Number(39)) { Edits = [Without("--remount-ro /proc")] },
        new("/dev is read-only", AttemptTable.Number(61)) { Edits = [Without("--remount-ro /dev")] },
        new("device nodes of the machine are read-only", AttemptTable.Number(43)) { IsForRoot = true, Before = "mount -o remount,bind,rw /dev/full" },
        new("devices of the machine are not shown", AttemptTable.Number(43))
        {
            IsForRoot = true,
            IsShownHere = File.Exists("/dev/loop-control"),
            Edits = [With("--dev-bind /dev/loop-control /dev/loop-control")],
        },
        new("the root is read-only and small", AttemptTable.Number(61)) { Edits = [Instead("--size 16777216 --tmpfs /", "--tmpfs /"), Without("--remount-ro /")] },
        new("/tmp is small", AttemptTable.Number(61)) { Edits = [Instead("--size 33554432 --tmpfs /tmp", "--tmpfs /tmp")] },
        new("the home folder is small", AttemptTable.Number(61)) { Edits = [Instead("--size 33554432 --tmpfs /home/agent", "--tmpfs /home/agent")] },
        new("/dev/shm is small", AttemptTable.Number(61)) { Edits = [Instead("--size 67108864 --tmpfs /dev/shm", "--tmpfs /dev/shm")] },
        new("a home folder of the call's own", AttemptTable.Number(29)) { Edits = [With("--bind ROOT/run/shell /home/agent")] },
    ];

    private static IReadOnlyList<Control> Filters =>
    [
        new("the filter of system calls", AttemptTable.Number(46)) { Edits = [Without("--seccomp 101")] },
        new("filter: debugging", AttemptTable.Number(38)) { Filter = Passing([101]) },
        new("filter: memory of other processes", AttemptTable.Number(39)) { Filter = Passing([310, 311, 312]) },
        new("filter: programs and counters of the kernel", AttemptTable.Number(45)) { Filter = Passing([298, 321]) },
        new("filter: io_uring", AttemptTable.Number(46)) { Filter = Passing([425, 426, 427]) },
        new("filter: keys", AttemptTable.Number(47)) { Filter = Passing([248, 249, 250]) },
        new("filter: faults", AttemptTable.Number(48)) { Filter = Passing([323]) },
        new("filter: mounts, and no capabilities", AttemptTable.Number(35)) { Edits = WithCapabilities, Filter = Passing([165, 166, 428, 429, 430, 431, 432, 433, 442]) },
        new("filter: entering namespaces", AttemptTable.Number(36)) { Filter = Passing([308]) },
        new("filter: another root, and no capabilities", AttemptTable.Number(37)) { Edits = WithCapabilities, Filter = Passing([155, 161]) },
        new("filter: what administrators do", AttemptTable.Number(49)) { Filter = Passing([175, 176, 313, 246, 320, 103, 159, 163, 164, 167, 168, 169, 179, 227, 305, 135]) },
        new("filter: typing into terminals", AttemptTable.Number(50)) { Filter = Passing([], terminal: true) },
// No row for files by handles: the kernel itself keeps that call for the machine's root.
        new("filter: families of sockets", AttemptTable.Number(58)) { Filter = Passing([], sockets: true) },
        new("filter: netlink", AttemptTable.Number(55)) { Filter = Passing([], sockets: true) },
    ];

    private static IReadOnlyList<Control> Limits =>
    [
        new("processes of a tree", AttemptTable.Number(60)) { Settings = [("Sandbox:Limits:Processes", "4096")] },
        new("memory of a tree", AttemptTable.Number(61)) { Settings = [("Sandbox:Limits:MemoryBytes", $"{8L << 30}")] },
        new("size of a file", AttemptTable.Number(62)) { Edits = [Without("--fsize=8388608")] },
        new("free space of the disk", AttemptTable.Number(62)) { Settings = [("Sandbox:Limits:FreeBytes", "0")] },
        new("no core dumps", AttemptTable.Number(12)) { IsShownHere = File.ReadAllText("/proc/sys/kernel/core_pattern")[0] is not ('|' or '/'), Edits = [Without("--core=0")] },
        new("kept output", AttemptTable.Number(63)) { Settings = [("Tools:Supervision:OutputBytes", $"{512 << 20}")] },
        new("wall clock", AttemptTable.Number(64) with { Timeout = TimeSpan.FromHours(1), FollowFor = TimeSpan.FromSeconds(3) }),
    ];

    /// <summary>The product's filter without some of its calls.</summary>
    private static SystemCalls Passing(IReadOnlyList<uint> calls, bool clone = false, bool sockets = false, bool terminal = false)
    {
        SystemCalls all = SystemCalls.Of(RuntimeInformation.ProcessArchitecture)!;
        return new()
        {
            Architecture = all.Architecture,
            HasX32 = all.HasX32,
            Ioctl = terminal ? NoCall : all.Ioctl,
            Socket = sockets ? NoCall : all.Socket,
            Clone = clone ? NoCall : all.Clone,
            Denied = [.. all.Denied.Except(calls)],
        };
    }

    // What a host that trusted the agent's git folder would do.
    private static async Task<string?> GitInTheTreeAsync(EscapeScene scene)
    {
        await EscapeScene.ShellAsync(scene.Workspace.Tree, "git status; git -c user.name=a -c user.email=a@b commit -qam x");
        return Seen.Planted(scene);
    }

    private static async Task<string?> KillSupervisorAsync(EscapeScene scene)
    {
        await Until.TrueAsync(() => scene.Processes().Count > 0, "the command runs");
        _ = Libc.Kill(CommandJson.ReadStart(File.ReadAllBytes(scene.Folder.Started)).SupervisorId, Libc.SigKill);
        return await Seen.StillAsync(() => scene.Processes().Count > 0 ? "the sandbox outlives its supervisor" : null);
    }
}
