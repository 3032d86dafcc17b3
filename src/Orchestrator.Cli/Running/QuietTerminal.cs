using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Orchestrator.Cli.Running;

/// <summary>
/// Keeps typed keys out of a live view: the terminal doesn't echo them. It is restored, and what was typed meanwhile dropped, when
/// the view or the process ends.
/// </summary>
internal sealed partial class QuietTerminal : IDisposable
{
    private const int StandardInput = 0;
    private const int Now = 0;
    private const int NowAndDropInput = 2;

    /// <summary>More than any C library's <c>termios</c> takes.</summary>
    private const int Room = 128;

    /// <summary>In Linux's <c>termios</c> the local modes follow those of input, output and control, four bytes each.</summary>
    private const int LocalModes = 12;
    private const uint Echo = 8;

    private readonly byte[] _original = new byte[Room];
    private readonly PosixSignalRegistration _continued;
    private bool _isQuiet;

    [SupportedOSPlatform("linux")]
    private QuietTerminal()
    {
        // Registering makes .NET take down the terminal's state, which it restores at its end: before it is changed here.
        _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Hush());
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        Hush();
    }

    /// <returns>Null where nobody types: no terminal, or a system whose terminals this doesn't know.</returns>
    public static QuietTerminal? Open() =>
        OperatingSystem.IsLinux() && !Console.IsInputRedirected && !Console.IsErrorRedirected ? new QuietTerminal() : null;

    /// <summary>Turns the echo off, if it is on; children that used the terminal may have turned it on.</summary>
    public void Hush()
    {
        byte[] state = new byte[Room];

        // A process in the background must not touch the terminal: it would be stopped.
        if (GetForeground(StandardInput) != GetOwnGroup() || GetState(StandardInput, state) != 0)
        {
            return;
        }

        uint modes = BinaryPrimitives.ReadUInt32LittleEndian(state.AsSpan(LocalModes));
        if ((modes & Echo) == 0)
        {
            return;
        }

        if (!_isQuiet)
        {
            state.CopyTo(_original, 0);
            _isQuiet = true;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(LocalModes), modes & ~Echo);
        _ = SetState(StandardInput, Now, state);
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        _continued.Dispose();
        Restore();
    }

    private void OnExit(object? sender, EventArgs e) => Restore();

    private void Restore()
    {
        if (_isQuiet && GetForeground(StandardInput) == GetOwnGroup())
        {
            _isQuiet = false;
            _ = SetState(StandardInput, NowAndDropInput, _original);
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetState(int terminal, [Out] byte[] state);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetState(int terminal, int when, byte[] state);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int GetForeground(int terminal);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int GetOwnGroup();
}
