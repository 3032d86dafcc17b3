using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Orchestrator.Tools.Sandbox;

/// <summary>
/// The kernel's doors that no command needs, closed: a classic BPF program in the kernel's binary form, as bubblewrap takes it. The
/// price: debuggers that attach, nested sandboxes and io_uring do not work inside. Numbers are those of x86-64; elsewhere there is no
/// filter, and namespaces and dropped capabilities are the walls.
/// </summary>
internal static class SystemCallFilter
{
    private const uint Allow = 0x7fff0000;
    private const uint Kill = 0x80000000;
    private const uint NotPermitted = 0x00050000 | 1;
    private const uint NoSuchCall = 0x00050000 | 38;
    private const uint NoSuchFamily = 0x00050000 | 97;

    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort Return = 0x06;

    private const uint CallNumber = 0;
    private const uint Architecture = 4;
    private const uint FirstArgument = 16;
    private const uint SecondArgument = 24;

    private const uint X64 = 0xc000003e;
    private const uint X32Calls = 0x40000000;

    private const uint Ioctl = 16;
    private const uint Socket = 41;
    private const uint Clone = 56;
    private const uint Clone3 = 435;

    // CLONE_NEW* for mount, cgroup, uts, ipc, user, pid, net and time.
    private const uint NewNamespaces = 0x7e020080;

    private static readonly uint[] Denied =
    [
        101, 310, 311, 312, // ptrace, process_vm_readv, process_vm_writev, kcmp: other processes, the namespace's first among them
        298, 321, 323, 425, 426, 427, // perf_event_open, bpf, userfaultfd, io_uring_*
        248, 249, 250, // add_key, request_key, keyctl
        155, 161, 165, 166, 428, 429, 430, 431, 432, 433, 442, // pivot_root, chroot, mount, umount2, the new mount calls
        272, 308, 304, // unshare, setns, open_by_handle_at
        175, 176, 313, 246, 320, // kernel modules, kexec
        103, 159, 163, 164, 167, 168, 169, 179, 227, 305, 443, // syslog, clocks, acct, swap, reboot, quotas
        135, // personality
    ];

    private static readonly uint[] SocketFamilies = [1, 2, 10]; // unix, internet, internet 6

    private static readonly uint[] TerminalInjections = [0x5412, 0x541c]; // TIOCSTI, TIOCLINUX

    public static bool IsSupported => RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64;

    /// <summary>The program's bytes; always the same.</summary>
    public static byte[] Build()
    {
        List<byte> program = [];
        Emit(program, LoadWord, Architecture);
        Emit(program, JumpIfEqual, X64, whenTrue: 1);
        Emit(program, Return, Kill);
        Emit(program, LoadWord, CallNumber);
        Emit(program, JumpIfAtLeast, X32Calls, whenFalse: 1);
        Emit(program, Return, Kill);
        foreach (uint call in Denied)
        {
            ReturnIf(program, JumpIfEqual, call, NotPermitted);
        }

        // Its flags lie in memory, where a filter can't look; without it the C library uses the older call.
        ReturnIf(program, JumpIfEqual, Clone3, NoSuchCall);
        OfCall(program, Clone, FirstArgument, rules => ReturnIf(rules, JumpIfAnyBit, NewNamespaces, NotPermitted), Allow);
        OfCall(program, Socket, FirstArgument, rules => ReturnIfAny(rules, SocketFamilies, Allow), NoSuchFamily);
        OfCall(program, Ioctl, SecondArgument, rules => ReturnIfAny(rules, TerminalInjections, NotPermitted), Allow);
        Emit(program, Return, Allow);
        return [.. program];
    }

    // Rules on an argument of one call; each path through them returns, so that the accumulator need not be restored.
    private static void OfCall(List<byte> program, uint call, uint argument, Action<List<byte>> rules, uint otherwise)
    {
        List<byte> block = [];
        Emit(block, LoadWord, argument);
        rules(block);
        Emit(block, Return, otherwise);
        Emit(program, JumpIfEqual, call, whenFalse: (byte)(block.Count / 8));
        program.AddRange(block);
    }

    private static void ReturnIfAny(List<byte> program, uint[] values, uint result)
    {
        foreach (uint value in values)
        {
            ReturnIf(program, JumpIfEqual, value, result);
        }
    }

    private static void ReturnIf(List<byte> program, ushort jump, uint value, uint result)
    {
        Emit(program, jump, value, whenFalse: 1);
        Emit(program, Return, result);
    }

    private static void Emit(List<byte> program, ushort code, uint value, byte whenTrue = 0, byte whenFalse = 0)
    {
        Span<byte> instruction = stackalloc byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(instruction, code);
        instruction[2] = whenTrue;
        instruction[3] = whenFalse;
        BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], value);
        program.AddRange(instruction);
    }
}
