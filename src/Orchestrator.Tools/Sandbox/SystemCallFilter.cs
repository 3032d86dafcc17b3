using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Orchestrator.Tools.Sandbox;

/// <summary>
/// The kernel's doors that no command needs, closed: a classic BPF program in the kernel's binary form, as bubblewrap takes it. The
/// price: debuggers that attach, nested sandboxes and io_uring do not work inside. It is for x86-64 and arm64; elsewhere there is no
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

    // Calls of the 32-bit interface of x86-64, which has numbers of its own.
    private const uint X32Calls = 0x40000000;

    private const uint Clone3 = 435;

    // CLONE_NEW* for mount, cgroup, uts, ipc, user, pid, net and time.
    private const uint NewNamespaces = 0x7e020080;

    private static readonly uint[] SocketFamilies = [1, 2, 10]; // unix, internet, internet 6

    private static readonly uint[] TerminalInjections = [0x5412, 0x541c]; // TIOCSTI, TIOCLINUX

    /// <summary>There is a filter for this machine.</summary>
    public static bool IsSupported => SystemCalls.Of(RuntimeInformation.ProcessArchitecture) is not null;

    /// <summary>The program's bytes for this machine; always the same.</summary>
    public static byte[] Build() => Build(SystemCalls.Of(RuntimeInformation.ProcessArchitecture)
        ?? throw new PlatformNotSupportedException($"There is no filter of system calls for {RuntimeInformation.ProcessArchitecture}."));

    internal static byte[] Build(SystemCalls calls)
    {
        List<byte> program = [];
        Emit(program, LoadWord, Architecture);
        Emit(program, JumpIfEqual, calls.Architecture, whenTrue: 1);
        Emit(program, Return, Kill);
        Emit(program, LoadWord, CallNumber);
        if (calls.HasX32)
        {
            Emit(program, JumpIfAtLeast, X32Calls, whenFalse: 1);
            Emit(program, Return, Kill);
        }

        foreach (uint call in calls.Denied)
        {
            ReturnIf(program, JumpIfEqual, call, NotPermitted);
        }

        // Its flags lie in memory, where a filter can't look; without it the C library uses the older call.
        ReturnIf(program, JumpIfEqual, Clone3, NoSuchCall);
        OfCall(program, calls.Clone, FirstArgument, rules => ReturnIf(rules, JumpIfAnyBit, NewNamespaces, NotPermitted), Allow);
        OfCall(program, calls.Socket, FirstArgument, rules => ReturnIfAny(rules, SocketFamilies, Allow), NoSuchFamily);
        OfCall(program, calls.Ioctl, SecondArgument, rules => ReturnIfAny(rules, TerminalInjections, NotPermitted), Allow);
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
