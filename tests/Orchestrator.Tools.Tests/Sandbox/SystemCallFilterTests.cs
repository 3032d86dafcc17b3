using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.Tests.Sandbox;

/// <summary>The filter as the kernel reads it, run by a small machine of its own; that this kernel takes it is seen by the walls' tests.</summary>
public sealed class SystemCallFilterTests
{
    private const uint Allow = 0x7fff0000;
    private const uint Kill = 0x80000000;
    private const uint NotPermitted = 0x00050001;
    private const uint NoSuchCall = 0x00050000 + 38;
    private const uint NoSuchFamily = 0x00050000 + 97;

    private const uint NewUserNamespace = 0x10000000;
    private const uint ThreadFlags = 0x003d0f00;

    public static TheoryData<Architecture, uint, uint> Usual => new()
    {
        // execve and openat, which every command makes
        { Architecture.X64, 59, 257 },
        { Architecture.Arm64, 221, 56 },
    };

    [Theory]
    [MemberData(nameof(Usual))]
    public void Calls_AreAllowedButThoseThatNoCommandNeeds(Architecture architecture, uint execute, uint open)
    {
        SystemCalls calls = SystemCalls.Of(architecture)!;
        byte[] program = SystemCallFilter.Build(calls);

        Assert.All(calls.Denied, call => Assert.Equal(NotPermitted, Run(program, calls.Architecture, call)));
        Assert.Equal(calls.Denied.Count, calls.Denied.Distinct().Count());
        Assert.Equal(NoSuchCall, Run(program, calls.Architecture, 435));
        Assert.All([execute, open], call => Assert.Equal(Allow, Run(program, calls.Architecture, call)));
        Assert.Equal(500 - calls.Denied.Count - 1, Enumerable.Range(0, 500).Count(call => Run(program, calls.Architecture, (uint)call, 1) == Allow));
    }

    [Theory]
    [MemberData(nameof(Usual))]
    public void Arguments_AreLookedAtWhereTheyDecide(Architecture architecture, uint execute, uint open)
    {
        SystemCalls calls = SystemCalls.Of(architecture)!;
        byte[] program = SystemCallFilter.Build(calls);

        Assert.Equal(Allow, Run(program, calls.Architecture, calls.Clone, ThreadFlags));
        Assert.Equal(NotPermitted, Run(program, calls.Architecture, calls.Clone, ThreadFlags | NewUserNamespace));
        Assert.All([1u, 2u, 10u], family => Assert.Equal(Allow, Run(program, calls.Architecture, calls.Socket, family)));
        Assert.All([16u, 17u, 38u, 40u], family => Assert.Equal(NoSuchFamily, Run(program, calls.Architecture, calls.Socket, family)));
        Assert.Equal(Allow, Run(program, calls.Architecture, calls.Ioctl, 1, 0x5401));
        Assert.All([0x5412u, 0x541cu], request => Assert.Equal(NotPermitted, Run(program, calls.Architecture, calls.Ioctl, 1, request)));
        Assert.NotEqual(execute, open);
    }

    [Fact]
    public void OtherArchitectures_AreKilled()
    {
        byte[] x64 = SystemCallFilter.Build(SystemCalls.X64);
        byte[] arm64 = SystemCallFilter.Build(SystemCalls.Arm64);

        Assert.Equal(Kill, Run(x64, SystemCalls.Arm64.Architecture, 59));
        Assert.Equal(Kill, Run(arm64, SystemCalls.X64.Architecture, 221));
        Assert.Equal(Kill, Run(x64, 0x40000003, 11));
        Assert.Equal(Kill, Run(x64, SystemCalls.X64.Architecture, 0x40000000 + 59));
    }

    [Fact]
    public void ArchitectureWithoutNumbers_HasNoFilter() => Assert.Null(SystemCalls.Of(Architecture.RiscV64));

    /// <summary>What the filter says of a call; loads, jumps forward and returns are all that it may be made of.</summary>
    private static uint Run(byte[] program, uint architecture, uint call, uint first = 0, uint second = 0)
    {
        uint loaded = 0;
        for (int at = 0; ;)
        {
            ReadOnlySpan<byte> instruction = program.AsSpan(at * 8, 8);
            ushort code = BinaryPrimitives.ReadUInt16LittleEndian(instruction);
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            bool? jumps = code switch
            {
                0x15 => loaded == value,
                0x35 => loaded >= value,
                0x45 => (loaded & value) != 0,
                _ => null,
            };
            switch (code)
            {
                case 0x06:
                    return value;
                case 0x20:
                    loaded = value switch { 0 => call, 4 => architecture, 16 => first, 24 => second, _ => throw new InvalidOperationException($"{value}") };
                    break;
                case var _ when jumps is null:
                    throw new InvalidOperationException($"{code:x}");
            }

            at += 1 + (jumps is { } isTrue ? instruction[isTrue ? 2 : 3] : 0);
        }
    }
}
