namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>
/// Attempts 34 to 51: at the kernel. Where success leaves no trace outside, what the system call returned decides, which the
/// supervisor reads from outside; the numbers of calls are those of x86-64.
/// </summary>
internal static class KernelAttempts
{
    private const string Refused = "1";

    // Of them a command may change nothing; this one does no harm if it can, and is put back.
    private const string HarmlessSetting = "/proc/sys/kernel/printk_ratelimit_burst";
    private const string HarmlessDevice = "/dev/full";

    public static IReadOnlyList<Attempt> All { get; } =
    [
        new(34, "a user namespace of its own", "unshare -Ur sleep $MARK & hold 56 '0x10000000|17' 0 0 0 0; call 272 0x10000000; call 435 '\"\\0\\0\\0\\x10\" . \"\\0\" x 84' 88")
        {
            Meanwhile = async scene =>
            {
                await Task.Yield();
                return scene.ForeignNamespaces("user").FirstOrDefault() is { } found ? $"a process is in {found}" : null;
            },
            Afterwards = Seen.Said("ok", "a namespace was made"),
        },
        new(35, "mounts", """
            mkdir m; mount -t tmpfs none m; mount -o remount,rw,bind /usr; mount -o remount,rw /; mount --bind / m; umount -l /proc
            call 165 '"none\0"' '"/workspace/m\0"' '"tmpfs\0"' 0 0; call 430 '"tmpfs\0"' 0; call 428 -100 '"/usr\0"' 1; call 442 -100 '"/usr\0"' 0 '"\0" x 32' 32
            sleep $MARK & meet; kill %1
            """)
        {
            Meanwhile = scene => Task.FromResult(
                File.ReadLines($"/proc/{scene.InnerId}/mountinfo").FirstOrDefault(line => line.Contains(" /workspace/m ", StringComparison.Ordinal) || line.Contains(" /usr /usr rw", StringComparison.Ordinal)) is { } found
                    ? $"it mounted {found}" : null),
            Afterwards = Seen.Said("ok", "a call of the mount family was let through"),
        },
        new(36, "other namespaces, entered", "for ns in user mnt net pid uts ipc; do nsenter -t 1 --$ns true && echo entered $ns; exec 7</proc/1/ns/$ns; call 308 7 0; call 308 7 0x40000000; done")
        {
            Afterwards = Seen.SaidOther(Refused, "setns went further than the filter"),
        },
        new(37, "the old way out of a chroot", "mkdir j; perl -e 'chroot \"j\" or exit; print \"chroot\\n\"; chdir \"..\" for 1..64; chroot \".\"; open F, \"<$ARGV[0]\"; print <F>' $HOST_HOME/.ssh/id_ed25519; call 161 '\"j\\0\"'; call 155 '\".\\0\"' '\"j\\0\"'")
        {
            Afterwards = Seen.SaidOther(Refused, "chroot or pivot_root was let through"),
        },
        new(38, "the first process, stopped by a debugger", "hold 101 16 1 0 0")
        {
            Timeout = TimeSpan.FromSeconds(8), // Stopped, it ends by the clock alone.
            Meanwhile = scene => Task.FromResult(Seen.StateOf(scene.InnerId) is 't' or 'T' ? "the sandbox's first process stands still" : null),
            Afterwards = Seen.SaidOther(Refused, "ptrace was let through"),
        },
        new(39, "the first process's memory", "call 311 1 '\"\\0\" x 16' 1 '\"\\0\" x 16' 1 0; call 310 1 '\"\\0\" x 16' 1 '\"\\0\" x 16' 1 0; call 312 1 1 0 0 0; exec 7<>/proc/1/mem && echo opened")
        {
            Afterwards = Seen.SaidOther(Refused, "another process's memory is open"),
        },
        new(40, "signals to everybody", """
            trap '' USR1; kill -USR1 0
            kill -9 1; kill -STOP 1; kill -9 $VICTIM $WORKER; for p in /proc/[0-9]*; do [ ${p##*/} != $$ ] && kill -9 ${p##*/}; done
            kill -9 -1; kill -9 0
            """)
        {
            Afterwards = scene => Task.FromResult(scene.Outcome is Agent.Tools.ToolOutcome.Finished ? null : $"the supervisor was hit: {scene.Outcome}"),
        },
        new(41, "settings of the kernel", $"""
            find /proc/sys -type f -writable | head -n 3
            for f in /proc/sys/kernel/core_pattern /proc/sys/kernel/modprobe /proc/sysrq-trigger /proc/sys/vm/swappiness /proc/irq/*/smp_affinity /proc/mtrr; do (: >>$f) && echo "open: $f"; done
            [ -w {HarmlessSetting} ] && echo 77 >{HarmlessSetting}
            meet
            """)
        {
            Meanwhile = async scene =>
            {
                string now = (await File.ReadAllTextAsync(HarmlessSetting)).Trim();
                if (now == "77")
                {
                    await File.WriteAllTextAsync(HarmlessSetting, "10");
                    return $"{HarmlessSetting} of the machine was changed";
                }

                return null;
            },
            Afterwards = Seen.Said("/proc/", "settings can be written"),
        },
        new(42, "control groups", """
            find / -name cgroup.procs -o -name release_agent -o -name notify_on_release | head -n 3
            mkdir c; mount -t cgroup2 none c && ls c; mount -t cgroup -o memory none c && ls c; echo 1 >/sys/fs/cgroup/notify_on_release && echo wrote
            """)
        {
            Afterwards = Seen.SaidOther("", "it sees control groups"),
        },
        new(43, "devices of the machine", $"""
            for d in mem kmem port kmsg kvm loop-control loop0 fuse net/tun vda sda nvme0n1 vhost-net vsock mapper/control uinput; do (: </dev/$d) && echo "open: $d"; done
            chmod 646 {HarmlessDevice}; touch -d '2001-01-01' {HarmlessDevice}; mv /dev/zero /dev/null; rm -f /dev/random; meet
            """)
        {
            Meanwhile = async scene =>
            {
                await Task.Yield();
                string mode = await EscapeScene.ShellAsync("/", $"stat -c %a {HarmlessDevice}");
                if (mode != "666\n")
                {
                    await EscapeScene.ShellAsync("/", $"chmod 666 {HarmlessDevice}; touch {HarmlessDevice}");
                    return $"the machine's {HarmlessDevice} has the mode {mode.Trim()}";
                }

                return null;
            },
            Afterwards = Seen.Said("open:", "a device can be opened"),
        },
        new(44, "device nodes of its own", "for d in /workspace /tmp ~ /dev/shm; do mknod $d/disk b 254 0; mknod $d/mem c 1 1; call 133 \"\\\"$d/n\\\\0\\\"\" 0x6180 0xfe00; (: <$d/disk) && echo open; ls -l $d | grep '^[bc]'; done; mknod -m 644 whiteout c 0 0 && echo made")
        {
            Afterwards = scene => Task.FromResult(scene.Output.Contains("open", StringComparison.Ordinal) || scene.Output.Contains(", ", StringComparison.Ordinal)
                ? $"it made a device: {scene.Output}" : null),
        },
        new(45, "programs in the kernel, and its counters", "call 321 0 'pack(\"LLLL\", 2, 4, 8, 1) . \"\\0\" x 100' 112; hold 298 'pack(\"LLQQQQQ\", 1, 112, 0, 0, 0, 0, 0x61) . \"\\0\" x 72' 0 -1 -1 0")
        {
            Meanwhile = async scene => await Seen.Open("perf_event")(scene) ?? await Seen.Open("bpf")(scene),
            Afterwards = Seen.Said("ok", "bpf or perf_event_open was let through"),
        },
        new(46, "io_uring", "hold 425 8 '\"\\0\" x 120'")
        {
            Meanwhile = Seen.Open("io_uring"),
            Afterwards = Seen.SaidOther(Refused, "io_uring was let through"),
        },
        new(47, "the kernel's keys", "call 250 0 -3 1 0 0; call 248 '\"user\\0\"' '\"escape\\0\"' '\"x\"' 1 -3; call 249 '\"user\\0\"' '\"escape\\0\"' 0 0; call 250 1 0")
        {
            Afterwards = Seen.SaidOther(Refused, "a call of the keys was let through"),
        },
        new(48, "faults handled by the command", "hold 323 1")
        {
            Meanwhile = Seen.Open("userfaultfd"),
            Afterwards = Seen.SaidOther(Refused, "userfaultfd was let through"),
        },
        new(49, "modules, another kernel, a restart, the clock", "call 176 '\"none\\0\"' 0; call 313 -1 '\"\\0\"' 0; call 246 0 0 0 0; call 169 1 2 3 0; call 227 0 '\"\\0\" x 16'; call 164 '\"\\0\" x 16' 0; call 167 '\"none\\0\"' 0; call 163 0; call 103 3 '\"\\0\" x 16' 8; call 135 0xffffffff")
        {
            Afterwards = Seen.SaidOther(Refused, "a call for administrators went further than the filter"),
        },
        new(50, "the worker's terminal", "(echo typed >/dev/tty) && echo wrote; call 16 0 0x5412 '\"x\"'; call 16 0 0x541c '\"\\x02x\"'; exec 7<>/dev/tty; call 16 7 0x5412 '\"x\"'; tty")
        {
            Afterwards = scene => Task.FromResult(
                scene.Output.Contains("wrote", StringComparison.Ordinal) || !scene.Output.StartsWith("1\n1\n", StringComparison.Ordinal) ? $"it typed into a terminal: {scene.Output}" : null),
        },
        new(51, "files by their handles", "exec 7</dev/shm; call 304 7 'pack(\"LLL\", 8, 1, 2) . \"\\0\" x 8' 0; call 303 -100 '\"/usr\\0\"' 'pack(\"LL\", 128, 0) . \"\\0\" x 128' '\"\\0\" x 8' 0 >/dev/null")
        {
            Afterwards = Seen.SaidOther(Refused, "open_by_handle_at was let through"),
        },
    ];
}
