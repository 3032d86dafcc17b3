using System.Runtime.InteropServices;
using Orchestrator.Supervisor.Groups;

namespace Orchestrator.Supervisor;

/// <summary>Follows a running sandbox: spools its output, and stops it when its time is over or somebody asks for it.</summary>
internal sealed unsafe class CommandWatch(
    CommandFolder folder, CommandIntent intent, SandboxProcess sandbox, CommandLimits limits, Spool spool, TimeSpan begun)
{
    private const int LookMilliseconds = 100;
    private const int DrainMilliseconds = 1000;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private bool _outputEnded;
    private bool _reportEnded;
    private bool _gateEnded;
    private CommandEnd? _stopped;
    private TimeSpan _killAt = TimeSpan.MaxValue;
    private TimeSpan _lookAt;

    /// <returns>Why the command was stopped; null if it ended by itself.</returns>
    public CommandEnd? UntilEnd()
    {
        while (!Turn(LookMilliseconds, alsoEnd: true))
        {
            if (BootClock.Elapsed is { } now && now >= _lookAt)
            {
                _lookAt = now + TimeSpan.FromMilliseconds(LookMilliseconds);
                StopIfDue(now);
            }
        }

        return _stopped;
    }

    /// <summary>Takes what is left in the pipes; every process that could write to them is gone.</summary>
    public void Drain()
    {
        while (!_outputEnded || !_reportEnded)
        {
            if (Turn(DrainMilliseconds, alsoEnd: false))
            {
                return;
            }
        }
    }

    private void StopIfDue(TimeSpan now)
    {
        if (_stopped is null)
        {
            _stopped = now - begun >= intent.Timeout ? CommandEnd.Timeout : File.Exists(folder.Cancel) ? CommandEnd.Canceled : limits.Exceeded(sandbox.InnerId);
            if (_stopped is CommandEnd.Timeout or CommandEnd.Canceled)
            {
                sandbox.Terminate();
                _killAt = now + intent.Grace;
            }
            else if (_stopped is not null)
            {
                // Grace would be more of what it has had too much of.
                sandbox.Kill();
                _killAt = now + intent.Grace;
            }
        }
        else if (now >= _killAt)
        {
            sandbox.Kill();
            limits.Kill();
        }
    }

    /// <returns>True if the sandbox has ended, or, without that in question, if nothing came.</returns>
    private bool Turn(int milliseconds, bool alsoEnd)
    {
        Libc.PollFd* fds = stackalloc Libc.PollFd[4];
        fds[0] = new() { Fd = _outputEnded ? -1 : sandbox.OutputFd, Events = Libc.PollIn };
        fds[1] = new() { Fd = _reportEnded ? -1 : sandbox.ReportFd, Events = Libc.PollIn };
        fds[3] = new() { Fd = _gateEnded ? -1 : sandbox.GateFd, Events = Libc.PollIn };
        fds[2] = new() { Fd = alsoEnd ? sandbox.EndFd : -1, Events = Libc.PollIn };
        int ready = Libc.Poll(fds, 4, milliseconds);
        if (ready < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
        {
            throw Libc.Failure("Waiting for the sandbox's output");
        }

        if (ready <= 0)
        {
            return !alsoEnd && ready == 0;
        }

        if (fds[1].ReturnedEvents != 0)
        {
            _reportEnded = !Read(sandbox.ReportFd, out ReadOnlySpan<byte> report);
            sandbox.Report(report);
        }

        // After the report: bubblewrap names the inner process before it lets it run.
        if (fds[3].ReturnedEvents != 0)
        {
            _gateEnded = true;
            OpenGate();
        }

        if (fds[0].ReturnedEvents != 0)
        {
            _outputEnded = !Read(sandbox.OutputFd, out ReadOnlySpan<byte> output);
            spool.Append(output);
        }

        return alsoEnd && fds[2].ReturnedEvents != 0;
    }

    // Whoever finds this supervisor dead waits for the inner process's end before it reports the command's.
    private void OpenGate()
    {
        if (Read(sandbox.GateFd, out _) && sandbox.InnerId > 0)
        {
            // Whole or not at all: this process may be killed at any instant, and the reader is somebody else.
            string beside = folder.Sandbox + ".new";
            File.WriteAllText(beside, new ProcessIdentity(sandbox.InnerId, ProcessIdentity.StartOf(sandbox.InnerId)).ToString());
            File.Move(beside, folder.Sandbox, overwrite: true);
            limits.Take(sandbox.InnerId);
            sandbox.LetGo();
        }
    }

    private bool Read(int fd, out ReadOnlySpan<byte> bytes)
    {
        fixed (byte* buffer = _buffer)
        {
            nint count = Libc.Read(fd, buffer, _buffer.Length);
            bytes = _buffer.AsSpan(0, (int)Math.Max(count, 0));
            return count > 0;
        }
    }
}
