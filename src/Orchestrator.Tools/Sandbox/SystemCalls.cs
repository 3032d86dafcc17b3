using System.Runtime.InteropServices;

namespace Orchestrator.Tools.Sandbox;

/// <summary>The kernel's numbers of the calls that are filtered, by architecture.</summary>
internal sealed class SystemCalls
{
    /// <summary>The kernel's number of the architecture.</summary>
    public required uint Architecture { get; init; }

    /// <summary>There is a second set of numbers above the usual one.</summary>
    public bool HasX32 { get; init; }

    public required uint Ioctl { get; init; }

    public required uint Socket { get; init; }

    public required uint Clone { get; init; }

    /// <summary>Those that no command may make.</summary>
    public required IReadOnlyList<uint> Denied { get; init; }

    /// <summary>Calls that came after the architectures agreed on their numbers: io_uring, the new mount calls, mount_setattr, quotactl_fd.</summary>
    private static readonly uint[] Common = [425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 443];

    public static SystemCalls X64 { get; } = new()
    {
        Architecture = 0xc000003e,
        HasX32 = true,
        Ioctl = 16,
        Socket = 41,
        Clone = 56,
        Denied =
        [
            101, 310, 311, 312, // ptrace, process_vm_readv, process_vm_writev, kcmp: other processes, the namespace's first among them
            298, 321, 323, // perf_event_open, bpf, userfaultfd
            248, 249, 250, // add_key, request_key, keyctl
            155, 161, 165, 166, // pivot_root, chroot, mount, umount2
            272, 308, 304, // unshare, setns, open_by_handle_at
            175, 176, 313, 246, 320, // init_module, delete_module, finit_module, kexec_load, kexec_file_load
            103, 159, 163, 164, 167, 168, 169, 179, 227, 305, // syslog, adjtimex, acct, settimeofday, swapon, swapoff, reboot, quotactl, clock_settime, clock_adjtime
            135, // personality
            .. Common,
        ],
    };

    public static SystemCalls Arm64 { get; } = new()
    {
        Architecture = 0xc00000b7,
        Ioctl = 29,
        Socket = 198,
        Clone = 220,
        Denied =
        [
            117, 270, 271, 272,
            241, 280, 282,
            217, 218, 219,
            41, 51, 40, 39,
            97, 268, 265,
            105, 106, 273, 104, 294,
            116, 171, 89, 170, 224, 225, 142, 60, 112, 266,
            92,
            .. Common,
        ],
    };

    /// <returns>Null for an architecture whose numbers aren't kept here.</returns>
    public static SystemCalls? Of(Architecture architecture) => architecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => X64,
        System.Runtime.InteropServices.Architecture.Arm64 => Arm64,
        _ => null,
    };
}
